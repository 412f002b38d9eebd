import { describe, expect, it } from 'vitest';
import type { DialRequest } from '../../../src/channel/signaling-port.ts';
import { ChannelError } from '../../../src/errors.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import {
  type Bench,
  description,
  SDP,
  startBench,
  type Watched,
  WITH_SDP,
  watch,
} from '../../support/signaling-bench.ts';
import type { SipPeer } from '../../support/sip-peer.ts';

function dial(bench: Bench, more: Partial<DialRequest> = {}): Promise<Watched> {
  return bench.signaling.dial({ to: bench.peer.uri, offer: async () => description(), ...more }).then(watch);
}

/** Sends a call elsewhere. */
async function redirect(peer: SipPeer, contact: string, status = 302): Promise<SipRequest> {
  const invite = await peer.takeRequest('INVITE');
  peer.send(peer.response(invite, status, { contact: false, fields: { Contact: contact } }));
  await peer.takeRequest('ACK');
  return invite;
}

describe('a call that is sent elsewhere', () => {
  it.each([300, 301, 302, 305, 380])('by %i ends with where to, when it is not to be followed', async (status) => {
    await using bench = await startBench();
    const call = await dial(bench);
    await redirect(bench.peer, '<sip:b@b.invalid>;q=0.2, "A" <sip:a@a.invalid;x=y>;q=0.9, <tel:+49>, <<', status);
    expect((await call.event('ended')).info).toMatchObject({
      by: 'remote',
      status,
      contacts: ['tel:+49', 'sip:a@a.invalid;x=y', 'sip:b@b.invalid'],
    });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('is followed as the same call with the next sequence number (RFC 3261 §8.1.3.4)', async () => {
    await using bench = await startBench();
    const other = await bench.another();
    const call = await dial(bench, { maxRedirects: 1, headers: [{ name: 'X-Campaign', value: 'spring' }] });
    const first = await redirect(bench.peer, `<${other.uri};method=INVITE?Route=%3Csip:evil%3E>`);
    expect(await call.event('redirected')).toEqual({ type: 'redirected', to: other.uri });
    const second = await other.takeRequest('INVITE');
    expect(second.uri).toBe(other.uri);
    for (const name of ['Call-ID', 'From', 'To', 'X-Campaign']) expect(second.first(name)).toBe(first.first(name));
    expect(second.first('Route')).toBeUndefined();
    expect(second.cseq.number).toBe(first.cseq.number + 1);
    expect(second.topVia.branch).not.toBe(first.topVia.branch);
    expect(second.body.toString()).toBe(SDP);
    other.send(other.response(second, 180));
    await call.event('progress');
    other.send(other.response(second, 200, { body: SDP }));
    await other.takeRequest('ACK');
    await call.event('answered');
    call.leg.release();
    const bye = await other.takeRequest('BYE');
    expect(bye.cseq.number).toBe(second.cseq.number + 1);
    other.send(other.response(bye, 200));
    await bench.drained();
    expect(call.events.map(({ type }) => type)).toEqual(['redirected', 'progress', 'answered', 'ended']);
    expect(bench.faults).toEqual([]);
  });

  it('goes to each once in the order of q, past what cannot be called, until none is left', async () => {
    await using bench = await startBench();
    const [low, high] = [await bench.another(), await bench.another()];
    const call = await dial(bench, { maxRedirects: 10 });
    const contact = `<${low.uri}>;q=0.1, <tel:+49>, <${bench.peer.uri}>, <mailto:x@y>, <${high.uri}>;q=0.5`;
    await redirect(bench.peer, contact);
    await redirect(high, `<${low.uri}>, <${high.uri}>, <${bench.peer.uri}>`);
    const last = await low.takeRequest('INVITE');
    expect(last.cseq.number).toBe(3);
    low.send(low.response(last, 486));
    expect((await call.event('ended')).info).toMatchObject({
      status: 486,
      contacts: [low.uri, high.uri, bench.peer.uri],
    });
    expect(call.events.filter(({ type }) => type === 'redirected')).toEqual([
      { type: 'redirected', to: high.uri },
      { type: 'redirected', to: low.uri },
    ]);
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('is followed as often as allowed', async () => {
    await using bench = await startBench();
    const [one, two] = [await bench.another(), await bench.another()];
    const call = await dial(bench, { maxRedirects: 1 });
    await redirect(bench.peer, `<${one.uri}>`);
    await redirect(one, `<${two.uri}>`);
    expect((await call.event('ended')).info).toMatchObject({ status: 302, contacts: [two.uri] });
    expect(two.heads).toEqual([]);
  });

  it.each([600, 603])('asks nobody else after %i', async (status) => {
    await using bench = await startBench();
    const [one, two] = [await bench.another(), await bench.another()];
    const call = await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<${one.uri}>, <${two.uri}>;q=0.5`);
    one.send(one.response(await one.takeRequest('INVITE'), status));
    expect((await call.event('ended')).info.status).toBe(status);
    expect(two.heads).toEqual([]);
  });

  it('passes over a host that cannot be found; without any other it ends as it was sent there', async () => {
    await using bench = await startBench({
      lookup: () => Promise.reject(new ChannelError('HOST_UNRESOLVED', 'nobody')),
    });
    const other = await bench.another();
    const call = await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<sip:a@far.example>, <${other.uri}>;q=0.5`);
    const invite = await other.takeRequest('INVITE');
    expect(invite.cseq.number).toBe(2);
    other.send(other.response(invite, 302, { contact: false, fields: { Contact: '<sip:b@far.example>' } }));
    expect((await call.event('ended')).info).toMatchObject({ status: 302, contacts: ['sip:b@far.example'] });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('goes on when nobody answers at one of the places', async () => {
    await using bench = await startBench();
    const [silent, other] = [await bench.another(), await bench.another()];
    const call = await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<${silent.uri}>, <${other.uri}>;q=0.5`);
    await silent.takeRequest('INVITE');
    bench.clock.advance(32_000);
    other.send(other.response(await other.takeRequest('INVITE'), 200, { body: SDP }));
    await call.event('answered');
  });

  it('is not sent when it is released on the way there', async () => {
    const way = Promise.withResolvers<readonly string[]>();
    await using bench = await startBench({ lookup: () => way.promise });
    const other = await bench.another();
    const call = await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<sip:a@far.example:${other.port}>`);
    await call.event('redirected');
    call.leg.release();
    expect((await call.event('ended')).info.by).toBe('local');
    way.resolve(['127.0.0.1']);
    await bench.drained();
    expect(other.heads).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it('can be cancelled there', async () => {
    await using bench = await startBench();
    const other = await bench.another();
    const call = await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<${other.uri}>`);
    const invite = await other.takeRequest('INVITE');
    other.send(other.response(invite, 180));
    await call.event('progress');
    call.leg.release();
    const cancel = await other.takeRequest('CANCEL');
    other.send(other.response(cancel, 200));
    other.send(other.response(invite, 487));
    await other.takeRequest('ACK');
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('answers a challenge there, and goes on with the sequence number after it', async () => {
    await using bench = await startBench({ credentials: { username: 'me', password: 'secret' } });
    const [one, two] = [await bench.another(), await bench.another()];
    await dial(bench, { maxRedirects: 5 });
    await redirect(bench.peer, `<${one.uri}>`);
    const fields = { 'WWW-Authenticate': 'Digest realm="r", nonce="1"' };
    one.send(one.response(await one.takeRequest('INVITE'), 401, { contact: false, fields }));
    await one.takeRequest('ACK');
    expect((await redirect(one, `<${two.uri}>`)).first('Authorization')).toContain('username="me"');
    expect((await two.takeRequest('INVITE')).cseq.number).toBe(4);
  });
});

describe('a call that we send elsewhere', () => {
  async function called(bench: Bench): Promise<Watched> {
    bench.peer.send(bench.peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    return bench.call();
  }

  it.each([300, 301, 302, 305, 380])('by %i is told where to, in order', async (status) => {
    await using bench = await startBench();
    const { leg } = await called(bench);
    leg.release({ status, contacts: ['sip:a@a.invalid;x=y?Subject=z', 'tel:+49301'] });
    const response = await bench.peer.takeResponse(status);
    expect(response.list('Contact')).toEqual(['<sip:a@a.invalid;x=y?Subject=z>;q=1.000', '<tel:+49301>;q=0.500']);
  });

  it('to one place only needs no q', async () => {
    await using bench = await startBench();
    (await called(bench)).leg.release({ status: 302, contacts: ['sip:a@a.invalid'] });
    expect((await bench.peer.takeResponse(302)).list('Contact')).toEqual(['<sip:a@a.invalid>']);
  });

  it.each([
    { status: 302, contacts: ['nowhere'] },
    { status: 302, contacts: ['sip:a@b>,<sip:c@d'] },
    { status: 302, contacts: ['sip:a@b\r\nEvil: 1'] },
    { status: 486, contacts: ['sip:a@b'] },
    { contacts: ['sip:a@b'] },
  ])('throws for %j and leaves the call as it is', async (release) => {
    await using bench = await startBench();
    const call = await called(bench);
    expect(() => call.leg.release(release)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    call.leg.ring();
    await bench.peer.takeResponse(180);
  });
});
