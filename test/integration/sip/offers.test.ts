import { describe, expect, it } from 'vitest';
import { isChannelError } from '../../../src/index.ts';
import { callFromPeer, callToPeer } from '../../support/answered-call.ts';
import { description, SDP, startBench, WITH_SDP, watch } from '../../support/signaling-bench.ts';

const NEW_OFFER = SDP.replace('audio 40000', 'audio 40002');
/** Every random number is almost one, so that every wait is the longest. */
const highest = { random: (bytes: Uint8Array): void => void bytes.fill(255) };
const lowest = { random: (bytes: Uint8Array): void => void bytes.fill(0) };

describe('two offers that meet (RFC 3261 §14.1)', () => {
  it.each([
    ['by the side that chose the Call-ID after 2.1 s', callToPeer, lowest, 2100],
    ['by the side that chose the Call-ID after 4 s', callToPeer, highest, 4000],
    ['by the other side at once', callFromPeer, lowest, 0],
    ['by the other side after 2 s', callFromPeer, highest, 2000],
  ] as const)('make ours be sent again %s', async (_name, start, random, wait) => {
    await using call = await start(random);
    const { bench } = call;
    const { peer, clock } = bench;
    let made = 0;
    const answer = call.call.leg.reinvite(() => {
      made += 1;
      return description('127.0.0.1', 40_000 + 2 * made);
    });
    const first = await peer.takeRequest('INVITE');
    peer.send(peer.response(first, 491, { contact: false }));
    await peer.takeRequest('ACK');
    if (wait > 0) {
      clock.advance(wait - 1);
      call.ask('OPTIONS');
      await peer.takeResponse(200, 'OPTIONS');
      expect(peer.heads).toEqual([]);
    }
    clock.advance(1);
    const second = await peer.takeRequest('INVITE');
    expect(second.cseq.number).toBe(first.cseq.number + 1);
    expect(second.body.toString()).toContain('audio 40004');
    peer.send(peer.response(second, 200, { body: NEW_OFFER }));
    expect((await answer).media[0]?.port).toBe(40_002);
    expect(made).toBe(2);
    expect(bench.faults).toEqual([]);
  });

  it('are no more than ten; then ours counts as refused', async () => {
    await using call = await callToPeer(lowest);
    const { peer, clock } = call.bench;
    const answer = call.call.leg.reinvite(description);
    for (let tries = 0; tries < 10; tries += 1) {
      peer.send(peer.response(await peer.takeRequest('INVITE'), 491, { contact: false }));
      await peer.takeRequest('ACK');
      if (tries < 9) clock.advance(2100);
    }
    await expect(answer).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('let the far end go first while ours waits to be sent again', async () => {
    await using call = await callToPeer();
    const { bench } = call;
    const { peer, clock } = bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 491, { contact: false }));
    await peer.takeRequest('ACK');
    call.ask('INVITE', { body: NEW_OFFER, fields: WITH_SDP });
    const offer = await call.call.event('offer');
    clock.advance(4000);
    offer.reply.accept(description());
    await peer.takeResponse(200, 'INVITE');
    expect(peer.heads).not.toContain('INVITE');
    call.ask('ACK');
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await answer;
    expect(bench.faults).toEqual([]);
  });

  it.each(['accept', 'refuse'] as const)('make ours wait until theirs is settled: %s', async (how) => {
    await using call = await callFromPeer();
    const { peer } = call.bench;
    const branch = 'z9hG4bKtheirs';
    call.ask('INVITE', { branch, body: NEW_OFFER, fields: WITH_SDP });
    const { reply } = await call.call.event('offer');
    const answer = call.call.leg.reinvite(description);
    if (how === 'accept') reply.accept(description());
    else reply.refuse(488);
    await peer.takeResponse(how === 'accept' ? 200 : 488, 'INVITE');
    call.ask('ACK', how === 'accept' ? {} : { branch });
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await answer;
    await peer.takeRequest('ACK');
  });

  it('are one at a time on our side', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const first = call.call.leg.reinvite(description);
    await expect(call.call.leg.reinvite(description)).rejects.toMatchObject({ code: 'BUSY' });
    peer.send(peer.response(await peer.takeRequest('INVITE'), 491, { contact: false }));
    await peer.takeRequest('ACK');
    await expect(call.call.leg.reinvite(description)).rejects.toMatchObject({ code: 'BUSY' });
    call.bench.clock.advance(4000);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await first;
  });

  it.each([
    ['while ours waits to be sent again', 491],
    ['while ours has no answer', undefined],
  ] as const)('end with the call, %s', async (_name, status) => {
    await using call = await callToPeer();
    const { bench } = call;
    const { peer } = bench;
    const answer = call.call.leg.reinvite(description);
    const invite = await peer.takeRequest('INVITE');
    if (status !== undefined) {
      peer.send(peer.response(invite, status, { contact: false }));
      await peer.takeRequest('ACK');
    }
    call.ask('BYE');
    await expect(answer).rejects.toMatchObject({ code: 'HANGUP' });
    if (status === undefined) peer.send(peer.response(invite, 487, { contact: false }));
    await bench.drained();
    // Not but what is repeated of the first.
    const later = peer.inbox.filter(({ cseq }) => cseq.method === 'INVITE' && cseq.number > invite.cseq.number);
    expect(later).toEqual([]);
    expect(bench.faults).toEqual([]);
  });

  it.each([true, false])('wait for the BYE that belongs to a 487: it comes (%s)', async (comes) => {
    await using call = await callToPeer();
    const { peer, clock } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 487, { contact: false }));
    await peer.takeRequest('ACK');
    await expect(call.call.leg.reinvite(description)).rejects.toMatchObject({ code: 'BUSY' });
    if (comes) call.ask('BYE');
    else clock.advance(4000);
    await expect(answer).rejects.toMatchObject({ code: comes ? 'HANGUP' : 'REFUSED' });
    expect(peer.heads).not.toContain('INVITE');
  });

  it('reject with what makes the offer throws, and leave the call up', async () => {
    await using call = await callToPeer();
    const broken = new Error('no offer');
    const answer = call.call.leg.reinvite(() => {
      throw broken;
    });
    await expect(answer).rejects.toBe(broken);
    call.ask('OPTIONS');
    await call.bench.peer.takeResponse(200, 'OPTIONS');
    expect(call.bench.peer.heads).toEqual([]);
  });
});

describe('an offer that the far end takes with a 2xx', () => {
  it.each([undefined, 'v=0'])('of which nothing can be read (%s) is refused, with the cause', async (body) => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, body === undefined ? {} : { body }));
    await peer.takeRequest('ACK');
    await expect(answer).rejects.toMatchObject({ code: 'REFUSED', cause: { code: 'MALFORMED_SDP' } });
    const refused = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 488, { contact: false }));
    await expect(refused).rejects.toSatisfy((error) => isChannelError(error) && error.cause === undefined);
  });
});

describe('a 500 with Retry-After for an INVITE that overlaps (RFC 3261 §14.2)', () => {
  it('makes ours be sent again when it says', async () => {
    await using call = await callToPeer();
    const { peer, clock } = call.bench;
    const answer = call.call.leg.reinvite(description);
    const fields = { 'Retry-After': '3 (busy)' };
    peer.send(peer.response(await peer.takeRequest('INVITE'), 500, { contact: false, fields }));
    await peer.takeRequest('ACK');
    clock.advance(2999);
    call.ask('OPTIONS');
    await peer.takeResponse(200, 'OPTIONS');
    expect(peer.heads).toEqual([]);
    clock.advance(1);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await answer;
  });

  it('needs none when a later request of ours may have come before it (RFC 3261 §12.2.2)', async () => {
    await using call = await callToPeer();
    const { peer, clock } = call.bench;
    const answer = call.call.leg.reinvite(description);
    const first = await peer.takeRequest('INVITE');
    void call.call.leg.send({ method: 'INFO', body: '', headers: [] });
    const info = await peer.takeRequest('INFO');
    peer.send(peer.response(info, 200));
    peer.send(peer.response(first, 500, { contact: false }));
    await peer.takeRequest('ACK');
    clock.advance(0);
    const again = await peer.takeRequest('INVITE');
    expect(again.cseq.number).toBe(info.cseq.number + 1);
    peer.send(peer.response(again, 200, { body: SDP }));
    await answer;
  });

  it.each([{}, { 'Retry-After': '60' }])('is a refusal with %o', async (fields) => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 500, { contact: false, fields }));
    await expect(answer).rejects.toMatchObject({ code: 'REFUSED' });
  });
});

describe('UPDATE (RFC 3311)', () => {
  it('without an offer gets 200 with our Contact, and moves the call to its own', async () => {
    await using call = await callFromPeer();
    const { bench } = call;
    const other = await bench.another();
    call.ask('UPDATE', { fields: { Contact: `<${other.uri}>` } });
    const ok = await bench.peer.takeResponse(200, 'UPDATE');
    expect(ok.first('Contact')).toBe(`<sip:127.0.0.1:${bench.port}>`);
    expect(ok.body).toHaveLength(0);
    expect(call.call.events).toEqual([]);
    call.call.leg.release();
    other.send(other.response(await other.takeRequest('BYE'), 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('with an offer is answered as a re-INVITE is, and ours waits meanwhile', async () => {
    await using call = await callFromPeer();
    const { peer } = call.bench;
    call.ask('UPDATE', { body: NEW_OFFER, fields: WITH_SDP });
    const { reply, description: offered } = await call.call.event('offer');
    expect(offered?.media[0]?.port).toBe(40_002);
    const answer = call.call.leg.reinvite(description);
    call.ask('UPDATE', { cseq: 3, body: NEW_OFFER, fields: WITH_SDP });
    expect((await peer.takeResponse(500, 'UPDATE')).first('Retry-After')).toMatch(/^\d+$/u);
    call.ask('INVITE', { cseq: 4, body: NEW_OFFER, fields: WITH_SDP, branch: 'z9hG4bKover' });
    expect((await peer.takeResponse(500, 'INVITE')).first('Retry-After')).toMatch(/^\d+$/u);
    call.ask('ACK', { cseq: 4, branch: 'z9hG4bKover' });
    reply.accept(description('127.0.0.1', 40_006));
    expect((await peer.takeResponse(200, 'UPDATE')).body.toString()).toContain('audio 40006');
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
    await answer;
    expect(call.bench.faults).toEqual([]);
  });

  it.each([
    ['refused by the program', 488],
    ['open when the call ends', 487],
  ] as const)('that is %s gets %i', async (what, status) => {
    await using call = await callFromPeer();
    const { bench } = call;
    call.ask('UPDATE', { body: NEW_OFFER, fields: WITH_SDP });
    const { reply } = await call.call.event('offer');
    if (what === 'refused by the program') reply.refuse(488);
    else call.call.leg.release();
    await bench.peer.takeResponse(status, 'UPDATE');
    call.call.leg.release();
    bench.peer.send(bench.peer.response(await bench.peer.takeRequest('BYE'), 200));
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('with an offer gets 491 while ours is under way', async () => {
    await using call = await callToPeer();
    const { peer } = call.bench;
    const answer = call.call.leg.reinvite(description);
    const invite = await peer.takeRequest('INVITE');
    call.ask('UPDATE', { body: NEW_OFFER, fields: WITH_SDP });
    await peer.takeResponse(491, 'UPDATE');
    peer.send(peer.response(invite, 200, { body: SDP }));
    await answer;
  });

  it('out of sequence gets 500, and with a description that cannot be read 400 (hook: Dialog.sequenceGuard)', async () => {
    await using call = await callFromPeer();
    const { peer } = call.bench;
    call.ask('UPDATE', { cseq: 5 });
    await peer.takeResponse(200, 'UPDATE');
    call.ask('UPDATE', { cseq: 4 });
    await peer.takeResponse(500, 'UPDATE');
    call.ask('INFO', { cseq: 5 });
    await peer.takeResponse(500, 'INFO');
    call.ask('UPDATE', { cseq: 6, body: 'rubbish', fields: WITH_SDP });
    await peer.takeResponse(400, 'UPDATE');
    expect(call.call.events).toEqual([]);
  });

  it('with an offer before the answer gets 500 of the callee and 491 of the caller', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const inbound = await bench.call();
    inbound.leg.ring();
    const { toTag = '' } = await peer.takeResponse(180);
    peer.send(peer.request('UPDATE', { toTag, cseq: 2, body: NEW_OFFER, fields: WITH_SDP }));
    await peer.takeResponse(500, 'UPDATE');
    peer.send(peer.request('UPDATE', { toTag, cseq: 3 }));
    await peer.takeResponse(200, 'UPDATE');
    const outbound = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await outbound.event('progress');
    const dialog = { callId: invite.callId, fromTag: 'peer', toTag: invite.fromTag ?? '' };
    peer.send(peer.request('UPDATE', { ...dialog, cseq: 1, body: NEW_OFFER, fields: WITH_SDP }));
    await peer.takeResponse(491, 'UPDATE');
    peer.send(peer.request('UPDATE', { ...dialog, cseq: 2 }));
    await peer.takeResponse(200, 'UPDATE');
    expect([...inbound.events, ...outbound.events].filter(({ type }) => type === 'offer')).toEqual([]);
    expect(bench.faults).toEqual([]);
  });
});
