import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DialRequest } from '../../../src/channel/signaling-port.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import { type Bench, description, SDP, startBench, type Watched, watch } from '../../support/signaling-bench.ts';

const CREDENTIALS = { username: 'alice', password: 'secret' };

function dial(bench: Bench, more: Partial<DialRequest> = {}): Promise<Watched> {
  const request = { to: bench.peer.uri, offer: async () => description(), credentials: CREDENTIALS, ...more };
  return bench.signaling.dial(request).then(watch);
}

/** Checks a response of RFC 7616 without `qop` (RFC 2069) or with `auth`, independently of the code under test. */
function isRight(field: string | undefined, method: string, uri: string, algorithm: 'md5' | 'sha256' = 'md5'): boolean {
  const part = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)`, 'u').exec(field ?? '')?.[1] ?? '';
  const hash = (text: string): string => createHash(algorithm).update(text).digest('hex');
  const ha1 = hash(`alice:${part('realm')}:secret`);
  const qop = part('qop');
  const middle = qop === '' ? part('nonce') : [part('nonce'), part('nc'), part('cnonce'), qop].join(':');
  return part('uri') === uri && part('response') === hash(`${ha1}:${middle}:${hash(`${method}:${uri}`)}`);
}

/** The INVITE that follows the challenge, whose ACK has come. */
async function challenge(
  bench: Bench,
  invite: SipRequest,
  status: number,
  fields: Record<string, string>,
): Promise<SipRequest> {
  const { peer } = bench;
  peer.send(peer.response(invite, status, { contact: false, fields }));
  const ack = await peer.takeRequest('ACK');
  expect(ack.topVia.branch).toBe(invite.topVia.branch);
  expect(ack.cseq.number).toBe(invite.cseq.number);
  const again = await peer.takeRequest('INVITE');
  expect(again.cseq.number).toBe(invite.cseq.number + 1);
  expect(again.callId).toBe(invite.callId);
  expect(again.fromTag).toBe(invite.fromTag);
  expect(again.topVia.branch).not.toBe(invite.topVia.branch);
  expect(again.body.toString()).toBe(invite.body.toString());
  return again;
}

describe('a challenged call', () => {
  it('is sent again with credentials, its ACK repeats them, and CSeq goes on (hook: UserAgentClient.credentials)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const first = await peer.takeRequest('INVITE');
    const again = await challenge(bench, first, 401, {
      'WWW-Authenticate': 'Digest realm="here", nonce="n1", qop="auth", algorithm=MD5',
    });
    const field = again.first('Authorization');
    expect(isRight(field, 'INVITE', peer.uri)).toBe(true);
    peer.send(peer.response(again, 200, { body: SDP }));
    const ack = await peer.takeRequest('ACK');
    expect(ack.first('Authorization')).toBe(field);
    await call.event('answered');
    call.leg.release();
    const bye = await peer.takeRequest('BYE');
    expect(bye.cseq.number).toBe(3);
    peer.send(peer.response(bye, 407, { fields: { 'Proxy-Authenticate': 'Digest realm="there", nonce="n2"' } }));
    const byeAgain = await peer.takeRequest('BYE');
    expect(byeAgain.cseq.number).toBe(4);
    expect(isRight(byeAgain.first('Proxy-Authorization'), 'BYE', peer.uri)).toBe(true);
    peer.send(peer.response(byeAgain, 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('draws a cnonce that nobody can guess for each field: 96 bits, another one each time', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const cnonces: string[] = [];
    for (let count = 0; count < 20; count++) {
      await dial(bench);
      const first = await peer.takeRequest('INVITE');
      const again = await challenge(bench, first, 401, {
        'WWW-Authenticate': 'Digest realm="here", nonce="n1", qop="auth", algorithm=MD5',
      });
      cnonces.push(/ cnonce="([^"]*)"/u.exec(again.first('Authorization') ?? '')?.[1] ?? '');
      peer.send(peer.response(again, 486));
      await peer.takeRequest('ACK');
    }
    for (const cnonce of cnonces) expect(cnonce).toMatch(/^[0-9a-f]{24}$/u);
    // Not even a part of one comes again.
    expect(new Set(cnonces.map((cnonce) => cnonce.slice(0, 12))).size).toBe(20);
    expect(new Set(cnonces.map((cnonce) => cnonce.slice(12))).size).toBe(20);
  });

  it('by a proxy with SHA-256 and MD5 to choose from is answered with the better one', async () => {
    await using bench = await startBench({ credentials: CREDENTIALS });
    const { peer } = bench;
    await dial(bench, { credentials: undefined });
    const first = await peer.takeRequest('INVITE');
    const wanted =
      'Digest realm="r", nonce="a", algorithm=MD5, qop="auth"\r\nProxy-Authenticate: Digest realm="r", nonce="b", algorithm=SHA-256, qop="auth"';
    const again = await challenge(bench, first, 407, { 'Proxy-Authenticate': wanted });
    const fields = again.lines('Proxy-Authorization');
    expect(fields.some((field) => isRight(field, 'INVITE', peer.uri, 'sha256'))).toBe(true);
  });

  it('by a proxy and then by the server behind it is no loop (hook: UserAgentClient.challenged)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    await dial(bench);
    const first = await peer.takeRequest('INVITE');
    const second = await challenge(bench, first, 407, { 'Proxy-Authenticate': 'Digest realm="proxy", nonce="p"' });
    const third = await challenge(bench, second, 401, { 'WWW-Authenticate': 'Digest realm="server", nonce="s"' });
    expect(isRight(third.first('Proxy-Authorization'), 'INVITE', peer.uri)).toBe(true);
    expect(isRight(third.first('Authorization'), 'INVITE', peer.uri)).toBe(true);
  });

  it('by both at once and by two proxies answers all of them', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    await dial(bench);
    const again = await challenge(bench, await peer.takeRequest('INVITE'), 407, {
      'Proxy-Authenticate': 'Digest realm="one", nonce="1"\r\nProxy-Authenticate: Digest realm="two", nonce="2"',
      'WWW-Authenticate': 'Digest realm="server", nonce="s"',
    });
    expect(again.lines('Proxy-Authorization').filter((field) => isRight(field, 'INVITE', peer.uri))).toHaveLength(2);
    expect(isRight(again.first('Authorization'), 'INVITE', peer.uri)).toBe(true);
  });

  it('ends when the credentials are refused, and when there are none', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const refused = await dial(bench);
    const again = await challenge(bench, await peer.takeRequest('INVITE'), 401, {
      'WWW-Authenticate': 'Digest realm="r", nonce="1"',
    });
    peer.send(
      peer.response(again, 401, { contact: false, fields: { 'WWW-Authenticate': 'Digest realm="r", nonce="2"' } }),
    );
    expect((await refused.event('ended')).info).toMatchObject({ by: 'remote', status: 401 });
    await peer.takeRequest('ACK');
    const without = await dial(bench, { credentials: undefined });
    peer.send(
      peer.response(await peer.takeRequest('INVITE'), 407, {
        contact: false,
        fields: { 'Proxy-Authenticate': 'Digest realm="r", nonce="1"' },
      }),
    );
    expect((await without.event('ended')).info).toMatchObject({ by: 'remote', status: 407 });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('can be cancelled after its second INVITE', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const again = await challenge(bench, await peer.takeRequest('INVITE'), 401, {
      'WWW-Authenticate': 'Digest realm="r", nonce="1"',
    });
    peer.send(peer.response(again, 180));
    await call.event('progress');
    call.leg.release();
    const cancel = await peer.takeRequest('CANCEL');
    expect(cancel.topVia.branch).toBe(again.topVia.branch);
    expect(cancel.cseq.number).toBe(again.cseq.number);
    peer.send(peer.response(cancel, 200));
    peer.send(peer.response(again, 487, { contact: false }));
    await bench.drained();
  });

  it('re-INVITE takes the next CSeq, and so does what follows it', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await peer.takeRequest('ACK');
    await call.event('answered');
    const answer = call.leg.reinvite(description);
    const again = await challenge(bench, await peer.takeRequest('INVITE'), 407, {
      'Proxy-Authenticate': 'Digest realm="r", nonce="1"',
    });
    peer.send(peer.response(again, 200, { body: SDP }));
    await answer;
    expect((await peer.takeRequest('ACK')).first('Proxy-Authorization')).toBe(again.first('Proxy-Authorization'));
    call.leg.release();
    expect((await peer.takeRequest('BYE')).cseq.number).toBe(again.cseq.number + 1);
  });

  it('repeats the ACK of the challenge, not that of the second INVITE, when the challenge is repeated', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    await dial(bench);
    const first = await peer.takeRequest('INVITE');
    const fields = { 'WWW-Authenticate': 'Digest realm="r", nonce="1"' };
    await challenge(bench, first, 401, fields);
    peer.send(peer.response(first, 401, { contact: false, fields }));
    const ack = await peer.takeRequest('ACK');
    expect(ack.cseq.number).toBe(first.cseq.number);
    expect(ack.topVia.branch).toBe(first.topVia.branch);
    expect(peer.heads).toEqual([]);
  });
});
