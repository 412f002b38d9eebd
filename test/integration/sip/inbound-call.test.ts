import { describe, expect, it } from 'vitest';
import type { SipResponse } from '../../../src/sip/message/message.ts';
import { TRYING_DELAY } from '../../../src/sip/trying-queue.ts';
import { type Bench, description, SDP, startBench, WITH_SDP } from '../../support/signaling-bench.ts';
import type { RequestText } from '../../support/sip-text.ts';

const OFFER: RequestText = { body: SDP, fields: WITH_SDP };

function tagOf(response: SipResponse): string {
  return response.toTag ?? '';
}

/** An answered call, its ACK sent. */
async function answered(bench: Bench): Promise<string> {
  bench.peer.send(bench.peer.request('INVITE', OFFER));
  const { leg } = await bench.call();
  const answer = leg.answer(description());
  const tag = tagOf(await bench.peer.takeResponse(200, 'INVITE'));
  bench.peer.send(bench.peer.request('ACK', { toTag: tag }));
  await answer;
  return tag;
}

describe('an inbound call', () => {
  it('gets 100 when it is not rung soon, 180 when it is rung, 183 with a description for early media, and 200 when it is answered', async () => {
    await using bench = await startBench({ user: 'ivr' });
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const { leg } = await bench.call();
    bench.clock.advance(TRYING_DELAY);
    await peer.takeResponse(100);
    expect(leg.offer?.media[0]?.port).toBe(40_000);
    expect(leg.localAddress).toBe('127.0.0.1');
    expect(leg.invite).toMatchObject({
      requestUri: 'sip:bob@192.0.2.1',
      from: 'sip:alice@192.0.2.9',
      callId: 'c1',
      transport: 'UDP',
      remoteAddress: `127.0.0.1:${peer.port}`,
    });
    expect(leg.invite.header('m')).toEqual([`<${peer.uri}>`]);
    leg.ring();
    const ringing = await peer.takeResponse(180);
    leg.ring(description());
    const early = await peer.takeResponse(183);
    expect(early.body.toString()).toBe(SDP);
    const answer = leg.answer(description(), [{ name: 'X-Tenant', value: '7' }]);
    const ok = await peer.takeResponse(200);
    expect(ok.body.toString()).toBe(SDP);
    expect(ok.first('Contact')).toBe(`<sip:ivr@127.0.0.1:${bench.port}>`);
    expect(ok.first('Allow')).toBe('INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, REFER, NOTIFY');
    expect(ok.first('X-Tenant')).toBe('7');
    expect(new Set([ringing, early, ok].map(tagOf)).size).toBe(1);
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    await expect(answer).resolves.toBeUndefined();
    peer.send(
      peer.request('BYE', { toTag: tagOf(ok), cseq: 2, fields: { Reason: 'Q.850;cause=16;text="Normal, really"' } }),
    );
    await peer.takeResponse(200, 'BYE');
    const ended = await (await bench.call()).event('ended');
    expect(ended.info).toMatchObject({ by: 'remote', q850: 16, text: 'Normal, really' });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('is taken for every user of the Request-URI (hook: configuration.aor.user)', async () => {
    await using bench = await startBench();
    const uris = [
      'sip:+15551234;npdi=yes@127.0.0.1',
      'sip:127.0.0.1',
      'tel:+15551234',
      'sips:bob@127.0.0.1',
      'sip:100%25@127.0.0.1',
    ];
    for (const [index, uri] of uris.entries()) {
      bench.peer.send(bench.peer.request('INVITE', { ...OFFER, uri, callId: `c${index}` }));
      expect((await bench.call(index)).leg.invite.requestUri).toBe(uri);
    }
    expect(bench.faults).toEqual([]);
  });

  it('repeats its 200 on the clock until the ACK comes (hook: SessionDialog.invite2xxTimer)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const { leg } = await bench.call();
    const answer = leg.answer(description());
    const ok = await peer.takeResponse(200);
    for (const wait of [500, 1000, 2000, 4000, 4000]) {
      bench.clock.advance(wait);
      await peer.takeResponse(200);
    }
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    await answer;
    bench.clock.advance(4000);
    peer.send(peer.request('OPTIONS', { callId: 'probe' }));
    await peer.takeResponse(200, 'OPTIONS');
    expect(peer.heads).toEqual([]);
  });

  it('ends by the network with a BYE when no ACK comes within 64·T1 (hook: SessionDelegate.onAckTimeout)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    await peer.takeResponse(200);
    bench.clock.advance(32_000);
    await expect(answer).resolves.toBeUndefined();
    expect((await call.event('ended')).info).toMatchObject({ by: 'network' });
    const bye = await peer.takeRequest('BYE');
    expect(bye.uri).toBe(peer.uri);
    peer.send(peer.response(bye, 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('absorbs a repeated INVITE, before and after the answer (RFC 3261 §17.2.1)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const invite = peer.request('INVITE', { ...OFFER, branch: 'z9hG4bKsame' });
    peer.send(invite);
    const { leg } = await bench.call();
    bench.clock.advance(TRYING_DELAY);
    await peer.takeResponse(100);
    peer.send(invite);
    await peer.takeResponse(100);
    const answer = leg.answer(description());
    const ok = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    await answer;
    peer.send(invite);
    peer.send(peer.request('OPTIONS', { callId: 'probe' }));
    await peer.takeResponse(200, 'OPTIONS');
    expect(bench.calls).toHaveLength(1);
  });

  it('answers 482 to the same INVITE by another way (hook: UserAgentCore.userAgentServers.values)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    await bench.call();
    peer.send(peer.request('INVITE', OFFER));
    await peer.takeResponse(482);
    expect(bench.calls).toHaveLength(1);
  });

  it('makes the offer itself when the INVITE has none, and takes the answer from the ACK', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE'));
    const { leg } = await bench.call();
    expect(leg.offer).toBeUndefined();
    const answer = leg.answer(description());
    const ok = await peer.takeResponse(200);
    expect(ok.body.toString()).toBe(SDP);
    peer.send(peer.request('ACK', { toTag: tagOf(ok), body: SDP, fields: WITH_SDP }));
    expect((await answer)?.media[0]?.port).toBe(40_000);
  });

  it('says BYE when the ACK has no answer to our offer', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE'));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    const ok = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    await expect(answer).resolves.toBeUndefined();
    expect((await call.event('ended')).info.by).toBe('network');
    await peer.takeRequest('BYE');
  });

  it('answers CANCEL with 200 and the INVITE with 487, and ends by the far end', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { ...OFFER, branch: 'z9hG4bKc' }));
    const call = await bench.call();
    call.leg.ring();
    await peer.takeResponse(180);
    peer.send(
      peer.request('CANCEL', {
        branch: 'z9hG4bKc',
        fields: { Reason: 'SIP;cause=200;text="Call completed elsewhere"' },
      }),
    );
    await peer.takeResponse(200, 'CANCEL');
    const refused = await peer.takeResponse(487);
    peer.send(peer.request('ACK', { branch: 'z9hG4bKc', toTag: tagOf(refused) }));
    expect((await call.event('ended')).info).toMatchObject({ by: 'remote', text: 'Call completed elsewhere' });
    expect(call.events).toHaveLength(1);
    await expect(call.leg.answer(description())).resolves.toBeUndefined();
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('lets a CANCEL that crosses its 200 have no effect (RFC 3261 §9.2)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { ...OFFER, branch: 'z9hG4bKc' }));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    const ok = await peer.takeResponse(200);
    peer.send(peer.request('CANCEL', { branch: 'z9hG4bKc' }));
    await peer.takeResponse(200, 'CANCEL');
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    await answer;
    expect(call.events).toEqual([]);
  });

  it('is refused with status, reason, Q.850 cause, Retry-After and header fields of the program', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { ...OFFER, branch: 'z9hG4bKr' }));
    const call = await bench.call();
    call.leg.release({
      status: 486,
      reason: 'Not Now',
      q850: 17,
      text: 'user "busy"',
      retryAfter: 12.5,
      headers: [{ name: 'X-Why', value: 'lunch' }],
    });
    expect(call.events).toEqual([]);
    const refused = await peer.takeResponse(486);
    expect(refused.reason).toBe('Not Now');
    expect(refused.first('Reason')).toBe('Q.850;cause=17;text="user \\"busy\\""');
    expect(refused.first('Retry-After')).toBe('13');
    expect(refused.first('X-Why')).toBe('lunch');
    expect((await call.event('ended')).info).toEqual({
      by: 'local',
      status: 486,
      reason: 'Not Now',
      q850: 17,
      text: 'user "busy"',
    });
    call.leg.release({ status: 500 });
    bench.clock.advance(500);
    const repeated = await peer.takeResponse(486);
    peer.send(peer.request('ACK', { branch: 'z9hG4bKr', toTag: tagOf(repeated) }));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('is refused with 603 when the program says no more, and can be redirected', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    (await bench.call()).leg.release();
    await peer.takeResponse(603);
    peer.send(peer.request('INVITE', { ...OFFER, callId: 'c2' }));
    const { leg } = await bench.call(1);
    expect(() => leg.release({ headers: [{ name: 'Via', value: 'x' }] })).toThrow(/written by the user agent/);
    expect(() => leg.release({ headers: [{ name: 'X', value: 'a\r\nb: c' }] })).toThrow(/CR, LF or NUL/);
    leg.release({ status: 302 });
    await peer.takeResponse(302);
  });

  it('keeps a BYE back until the ACK has come (hook: SessionDialog.bye throws before)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    const ok = await peer.takeResponse(200);
    call.leg.release({ q850: 16 });
    await expect(answer).resolves.toBeUndefined();
    bench.clock.advance(500);
    await peer.takeResponse(200);
    expect(peer.heads).not.toContain('BYE');
    peer.send(peer.request('ACK', { toTag: tagOf(ok) }));
    const bye = await peer.takeRequest('BYE');
    expect(bye.first('Reason')).toBe('Q.850;cause=16');
    expect(call.events).toEqual([]);
    peer.send(peer.response(bye, 200));
    expect((await call.event('ended')).info).toMatchObject({ by: 'local', q850: 16 });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('keeps a BYE back until 64·T1 when the ACK never comes', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const call = await bench.call();
    void call.leg.answer(description());
    await peer.takeResponse(200);
    call.leg.release();
    bench.clock.advance(32_000);
    peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await call.event('ended');
    await bench.drained();
    expect(call.events).toHaveLength(1);
  });

  it('ends when the far end says BYE instead of ACK, and when it says BYE before the answer', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const call = await bench.call();
    const answer = call.leg.answer(description());
    const ok = await peer.takeResponse(200);
    peer.send(peer.request('BYE', { toTag: tagOf(ok), cseq: 2 }));
    await peer.takeResponse(200, 'BYE');
    await expect(answer).resolves.toBeUndefined();
    expect((await call.event('ended')).info.by).toBe('remote');

    peer.send(peer.request('INVITE', { ...OFFER, callId: 'c2' }));
    const early = await bench.call(1);
    early.leg.ring();
    const ringing = await peer.takeResponse(180);
    peer.send(peer.request('BYE', { toTag: tagOf(ringing), callId: 'c2', cseq: 2 }));
    await peer.takeResponse(200, 'BYE');
    await peer.takeResponse(487);
    expect((await early.event('ended')).info.by).toBe('remote');
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('says BYE with a reason when the program releases it', async () => {
    await using bench = await startBench();
    const tag = await answered(bench);
    const call = await bench.call();
    call.leg.release({ q850: 16, text: 'done', headers: [{ name: 'X-Cost', value: '0.02' }] });
    const bye = await bench.peer.takeRequest('BYE');
    expect(bye.uri).toBe(bench.peer.uri);
    expect(bye.first('Reason')).toBe('Q.850;cause=16;text="done"');
    expect(bye.first('X-Cost')).toBe('0.02');
    expect(bye.cseq).toEqual({ number: 1, method: 'BYE' });
    expect(bye.fromTag).toBe(tag);
    expect(call.events).toEqual([]);
    bench.peer.send(bench.peer.response(bye, 200));
    await call.event('ended');
    await bench.drained();
  });

  it('that is released is over when the BYE is answered by anything, or by nobody for 64·T1', async () => {
    await using bench = await startBench();
    await answered(bench);
    const call = await bench.call();
    call.leg.release();
    bench.peer.send(bench.peer.response(await bench.peer.takeRequest('BYE'), 481));
    expect((await call.event('ended')).info.by).toBe('local');

    bench.peer.send(bench.peer.request('INVITE', { ...OFFER, callId: 'c2' }));
    const silent = await bench.call(1);
    const answer = silent.leg.answer(description());
    bench.peer.send(
      bench.peer.request('ACK', { toTag: tagOf(await bench.peer.takeResponse(200, 'INVITE')), callId: 'c2' }),
    );
    await answer;
    silent.leg.release();
    await bench.peer.takeRequest('BYE');
    bench.clock.advance(31_999);
    expect(silent.events).toEqual([]);
    bench.clock.advance(1);
    await silent.event('ended');
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('answers a BYE that crosses ours with 200, and is over (RFC 3261 §15.1.2)', async () => {
    await using bench = await startBench();
    const tag = await answered(bench);
    const call = await bench.call();
    call.leg.release();
    const bye = await bench.peer.takeRequest('BYE');
    bench.peer.send(bench.peer.request('BYE', { toTag: tag, cseq: 2 }));
    await bench.peer.takeResponse(200, 'BYE');
    await call.event('ended');
    bench.peer.send(bench.peer.response(bye, 481));
    await bench.drained();
    bench.peer.send(bench.peer.request('BYE', { toTag: tag, cseq: 3 }));
    await bench.peer.takeResponse(481, 'BYE');
    expect(call.events).toHaveLength(1);
    expect(bench.faults).toEqual([]);
  });

  it('reads the description in a multipart body (RFC 5621)', async () => {
    await using bench = await startBench();
    const body = `--b1\r\nContent-Type: application/pidf+xml\r\n\r\n<presence/>\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n${SDP}\r\n--b1--\r\n`;
    bench.peer.send(
      bench.peer.request('INVITE', { body, fields: { 'Content-Type': 'multipart/mixed;boundary="b1"' } }),
    );
    const { leg } = await bench.call();
    expect(leg.offer?.media[0]).toMatchObject({ kind: 'audio', port: 40_000 });
    void leg.answer(description());
    expect((await bench.peer.takeResponse(200)).first('Content-Type')).toBe('application/sdp');
  });

  it('says every minute that it still rings (hook: InviteServerTransaction.startProgressExtensionTimer)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', OFFER));
    const call = await bench.call();
    call.leg.ring();
    await peer.takeResponse(180);
    bench.clock.advance(60_000);
    await peer.takeResponse(180);
    call.leg.release();
    await peer.takeResponse(603);
    bench.clock.advance(120_000);
    await bench.drained();
    expect(peer.heads).not.toContain(180);
  });

  it('is refused with 400 when its description cannot be read, with 503 when there are too many, with 500 when the handler throws', async () => {
    await using bench = await startBench({ maxCalls: 1, retryAfter: 3 });
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: 'v=0\r\nrubbish', fields: WITH_SDP, callId: 'bad' }));
    expect((await peer.takeResponse(400)).reason).toBe('Malformed Session Description');
    peer.send(peer.request('INVITE', OFFER));
    const { leg } = await bench.call();
    peer.send(peer.request('INVITE', { ...OFFER, callId: 'c2' }));
    expect((await peer.takeResponse(503)).first('Retry-After')).toBe('3');
    leg.release();
    await peer.takeResponse(603);
    bench.signaling.onIncoming(() => {
      throw new Error('handler');
    });
    peer.send(peer.request('INVITE', { ...OFFER, callId: 'c3' }));
    await peer.takeResponse(500);
    expect(bench.faults).toMatchObject([{ message: 'the handler of incoming calls threw' }]);
    await bench.drained();
  });

  it('has a tag from the given source of randomness, not from Math.random() (hook: UserAgentServer.toTag)', async () => {
    await using bench = await startBench({ random: (bytes) => void bytes.fill(0xab) });
    bench.peer.send(bench.peer.request('INVITE', OFFER));
    (await bench.call()).leg.ring();
    expect(tagOf(await bench.peer.takeResponse(180))).toBe('abababababab');
  });

  it('answers OPTIONS outside of a call without telling the program', async () => {
    await using bench = await startBench();
    bench.peer.send(bench.peer.request('OPTIONS'));
    const ok = await bench.peer.takeResponse(200);
    expect(ok.first('Allow')).toBe('INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, REFER, NOTIFY');
    expect(ok.first('Accept')).toBe(
      'application/sdp, application/dtmf-relay, application/dtmf, text/plain, message/sipfrag',
    );
    expect(ok.first('Supported')).toBe('replaces, norefersub');
    expect(bench.calls).toEqual([]);
  });
});
