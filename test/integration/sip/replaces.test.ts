import { describe, expect, it } from 'vitest';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import { type AnsweredCall, callFromPeer, callToPeer } from '../../support/answered-call.ts';
import { description, SDP, startBench, WITH_SDP, watch } from '../../support/signaling-bench.ts';

/** Names the dialog of a call as its far end would in an INVITE to us. */
function replacesOf({ callId, tags }: AnsweredCall, more = ''): string {
  return `${callId};to-tag=${tags.toTag};from-tag=${tags.fromTag}${more}`;
}

function invite({ bench }: AnsweredCall, replaces: string, more: Record<string, string> = {}): void {
  const { peer } = bench;
  const fields = { ...WITH_SDP, Replaces: replaces, Require: 'replaces', ...more };
  peer.send(peer.request('INVITE', { callId: 'new', fromTag: 'carol', body: SDP, fields }));
}

describe('an INVITE with Replaces (RFC 3891 §3)', () => {
  it.each([
    ['that was called', callFromPeer],
    ['that called', callToPeer],
  ] as const)('brings the call with it that it takes the place of, on the side %s', async (_name, start) => {
    await using old = await start();
    const { bench } = old;
    const before = bench.calls.length;
    invite(old, replacesOf(old));
    const { leg } = await bench.call(before);
    expect(leg.replaces).toBe(old.call.leg);
    const answer = leg.answer(description());
    const ok = await bench.peer.takeResponse(200, 'INVITE');
    expect(ok.first('Supported')).toBe('replaces, norefersub');
    bench.peer.send(bench.peer.request('ACK', { callId: 'new', fromTag: 'carol', toTag: ok.toTag ?? '' }));
    await answer;
    // The old one goes on until it is ended.
    expect(old.call.events.filter(({ type }) => type === 'ended')).toEqual([]);
    old.call.leg.release();
    expect((await bench.peer.takeRequest('BYE')).callId).toBe(old.callId);
    expect(bench.faults).toEqual([]);
  });

  it('finds a call whose ACK is missing: it is answered', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const { leg } = await bench.call();
    void leg.answer(description());
    const { toTag } = await peer.takeResponse(200);
    const fields = { ...WITH_SDP, Replaces: `c1;to-tag=${toTag};from-tag=alice` };
    peer.send(peer.request('INVITE', { callId: 'new', body: SDP, fields }));
    expect((await bench.call(1)).leg.replaces).toBe(leg);
  });

  it.each([
    ['nothing that there is', (old: AnsweredCall) => replacesOf(old).replace('to-tag=', 'to-tag=x'), 481],
    [
      'the tags the wrong way round',
      (old: AnsweredCall) => replacesOf({ ...old, tags: { toTag: 'alice', fromTag: old.tags.toTag } }),
      481,
    ],
    ['an answered call, but only an early one', (old: AnsweredCall) => replacesOf(old, ';early-only'), 486],
    ['two dialogs', (old: AnsweredCall) => `${replacesOf(old)}, ${replacesOf(old)}`, 400],
    ['no tags', (old: AnsweredCall) => old.callId, 400],
    ['too much', (old: AnsweredCall) => replacesOf(old, `;x=${'y'.repeat(1100)}`), 400],
  ] as const)('that names %s gets %#', async (_name, value, status) => {
    await using old = await callFromPeer();
    invite(old, value(old));
    await old.bench.peer.takeResponse(status, 'INVITE');
    expect(old.bench.calls).toHaveLength(1);
    expect(old.bench.faults).toEqual([]);
  });

  it('twice, or beside Join, gets 400', async () => {
    await using old = await callFromPeer();
    invite(old, replacesOf(old), { replaces: replacesOf(old) });
    await old.bench.peer.takeResponse(400, 'INVITE');
    invite(old, replacesOf(old), { Join: replacesOf(old), CSeq: '2 INVITE' });
    await old.bench.peer.takeResponse(400, 'INVITE');
  });

  it.each(['OPTIONS', 'INFO'])('is for no other request: 400 for %s', async (method) => {
    await using old = await callFromPeer();
    old.ask(method, { fields: { Replaces: replacesOf(old) } });
    await old.bench.peer.takeResponse(400, method);
  });

  it('that names a call that is over gets 603, and 481 when that is long ago', async () => {
    await using old = await callFromPeer();
    const { bench } = old;
    const { peer } = bench;
    old.call.leg.release();
    const bye = await peer.takeRequest('BYE');
    invite(old, replacesOf(old));
    await peer.takeResponse(603, 'INVITE');
    peer.send(peer.response(bye, 200));
    await old.call.event('ended');
    invite(old, replacesOf(old), { CSeq: '2 INVITE' });
    await peer.takeResponse(603, 'INVITE');
    bench.clock.advance(40_000);
    invite(old, replacesOf(old), { CSeq: '3 INVITE' });
    await peer.takeResponse(481, 'INVITE');
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('that names a call that nobody has answered gets 481, of either direction', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const inbound = await bench.call();
    inbound.leg.ring();
    const { toTag } = await peer.takeResponse(180);
    const outbound = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const dialled = await peer.takeRequest('INVITE');
    peer.send(peer.response(dialled, 180));
    await outbound.event('progress');
    for (const [cseq, Replaces] of [
      [1, `c1;to-tag=${toTag};from-tag=alice`],
      [2, `${dialled.callId};to-tag=${dialled.fromTag};from-tag=peer;early-only`],
    ] as const) {
      peer.send(peer.request('INVITE', { callId: 'new', cseq, body: SDP, fields: { ...WITH_SDP, Replaces } }));
      await peer.takeResponse(481, 'INVITE');
    }
    expect(bench.calls).toHaveLength(1);
    expect(bench.faults).toEqual([]);
  });
});

describe('a call of ours that takes the place of another', () => {
  const replaces = { callId: '12@host', toTag: 'a', fromTag: 'b', earlyOnly: false };

  async function dialled(more: object): Promise<SipRequest> {
    await using bench = await startBench();
    await bench.signaling.dial({ to: bench.peer.uri, offer: async () => description(), ...more });
    return await bench.peer.takeRequest('INVITE');
  }

  it('names it, demands that it is understood, and says who asked for it', async () => {
    const request = await dialled({ replaces, referredBy: 'sip:alice@example.com' });
    expect(request.first('Replaces')).toBe('12@host;to-tag=a;from-tag=b');
    expect(request.first('Require')).toBe('replaces');
    expect(request.first('Referred-By')).toBe('<sip:alice@example.com>');
    expect((await dialled({ replaces: { ...replaces, earlyOnly: true } })).first('Replaces')).toMatch(/;early-only$/u);
  });

  it.each([
    { replaces: { ...replaces, callId: 'a b' } },
    { replaces: { ...replaces, toTag: '' } },
    { replaces: { ...replaces, fromTag: 'b;early-only' } },
    { replaces: { ...replaces, callId: 'x\r\nEvil: 1' } },
    { replaces, headers: [{ name: 'replaces', value: 'x' }] },
    { referredBy: 'nobody' },
    { referredBy: 'sip:a@b', headers: [{ name: 'b', value: '<sip:c@d>' }] },
    { maxRedirects: -1 },
    { maxRedirects: 1.5 },
  ])('is refused as %j', async (more) => {
    await using bench = await startBench();
    const dial = bench.signaling.dial({ to: bench.peer.uri, offer: async () => description(), ...more });
    await expect(dial).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(bench.signaling.stats().legs).toBe(0);
  });
});
