import { describe, expect, it } from 'vitest';
import { description, SDP, startBench, WITH_SDP, watch } from '../../support/signaling-bench.ts';

describe('the stack under a hostile peer', () => {
  it('survives an INVITE with a body but no Content-Type, which ends a process of stock sip.js half a second after accept() (hook: getBody)', async () => {
    await using bench = await startBench();
    bench.peer.send(bench.peer.request('INVITE', { body: SDP }));
    await bench.peer.takeResponse(400);
    bench.clock.advance(64_000);
    expect(bench.calls).toEqual([]);
    expect(bench.signaling.stats().dialogs).toBe(0);
  });

  it('survives a 200 with a body but no Content-Type', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const text = peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP });
    peer.send(text.replace('Content-Type: application/sdp\r\n', ''));
    await peer.takeRequest('ACK');
    await peer.takeRequest('BYE');
    expect((await call.event('ended')).info.by).toBe('network');
    expect(bench.faults).toEqual([]);
  });

  it('survives a Contact that cannot be decoded and no ACK, after which stock sip.js dies printing a BYE (hook: URI.escapeUser, onAckTimeout)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const contact = `sip:100%25@127.0.0.1:${peer.port}`;
    peer.send(peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, Contact: `<${contact}>` } }));
    const call = await bench.call();
    void call.leg.answer(description());
    await peer.takeResponse(200);
    bench.clock.advance(32_000);
    expect((await call.event('ended')).info.by).toBe('network');
    expect((await peer.takeRequest('BYE')).uri).toBe(contact);
    expect(bench.faults).toEqual([]);
  });

  it('reads a refusal, an ACK and a BYE whatever stands in their Contact', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const Contact = '<sip:@:>;;"';
    const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    peer.send(peer.response(await peer.takeRequest('INVITE'), 486, { contact: false, fields: { Contact } }));
    expect((await call.event('ended')).info.status).toBe(486);
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const inbound = await bench.call();
    const answer = inbound.leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { toTag, fields: { Contact } }));
    await answer;
    peer.send(peer.request('BYE', { toTag, cseq: 2, fields: { Contact } }));
    await peer.takeResponse(200, 'BYE');
    expect(bench.faults).toEqual([]);
  });

  it('keeps control characters in a display name apart from its own marks', async () => {
    await using bench = await startBench();
    const from = '"\u0001 \u0002" <sip:alice@192.0.2.9>;tag=far';
    bench.peer.send(bench.peer.request('INVITE', { body: SDP, fields: { ...WITH_SDP, From: from } }));
    const { leg } = await bench.call();
    void leg.answer(description());
    const ok = await bench.peer.takeResponse(200);
    expect(ok.first('From')).toBe(from);
    expect(ok.first('Contact')).toBe(`<sip:127.0.0.1:${bench.port}>`);
  });

  it('tells two peers with the same branch apart (hook: IncomingMessage.viaBranch)', async () => {
    await using bench = await startBench();
    const other = await bench.another();
    const branch = 'z9hG4bKsame';
    bench.peer.send(bench.peer.request('INVITE', { branch, body: SDP, fields: WITH_SDP, callId: 'one' }));
    other.send(other.request('INVITE', { branch, body: SDP, fields: WITH_SDP, callId: 'two' }));
    await bench.call(1);
    expect(bench.calls.map(({ leg }) => leg.invite.callId).sort()).toEqual(['one', 'two']);
    for (const { leg } of bench.calls) leg.release();
    await bench.peer.takeResponse(603);
    await other.takeResponse(603);
  });

  it('gives every request of a peer without branches a transaction of its own (RFC 3261 §17.2.3)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const via = `SIP/2.0/UDP 127.0.0.1:${peer.port};rport`;
    peer.send(peer.request('INVITE', { via, callId: 'one', body: SDP, fields: WITH_SDP }));
    peer.send(peer.request('INVITE', { via, callId: 'two', body: SDP, fields: WITH_SDP }));
    const call = await bench.call(1);
    const answer = call.leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { via, callId: call.leg.invite.callId, toTag }));
    await answer;
    expect(bench.faults).toEqual([]);
  });

  it('takes the ACK of a 200 that has the branch of its INVITE (sip.js drops it)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { branch: 'z9hG4bKi', body: SDP, fields: WITH_SDP }));
    const { leg } = await bench.call();
    const answer = leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { branch: 'z9hG4bKi', toTag }));
    await answer;
    leg.release();
    await peer.takeRequest('BYE');
  });

  it('reaches a peer of RFC 2543 that sent no Contact where it came from', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const via = `SIP/2.0/UDP 127.0.0.1:${peer.port}`;
    peer.send(peer.request('INVITE', { via, body: SDP, fields: { ...WITH_SDP, Contact: undefined } }));
    const { leg } = await bench.call();
    const answer = leg.answer(description());
    const { toTag = '' } = await peer.takeResponse(200);
    peer.send(peer.request('ACK', { via, toTag }));
    await answer;
    leg.release();
    expect((await peer.takeRequest('BYE')).uri).toBe(`sip:alice@127.0.0.1:${peer.port}`);
    expect(bench.faults).toEqual([]);
  });

  it('drops responses that nobody asked for', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const ringing = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 200, { body: SDP }).replace(invite.topVia.branch ?? '', 'z9hG4bKother'));
    peer.send(peer.response(invite, 200, { body: SDP }).replace('1 INVITE', '1 BYE'));
    peer.send(
      peer.response(invite, 200, { body: SDP }).replace('Via: ', 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx, '),
    );
    peer.send(peer.request('OPTIONS'));
    await peer.takeResponse(200, 'OPTIONS');
    expect(ringing.events).toEqual([]);
    expect(peer.heads).toEqual([]);
  });

  it('keeps other calls up when the listener of one throws', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    call.leg.listen(() => {
      throw new Error('listener');
    });
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 200, { body: SDP }));
    await peer.takeRequest('ACK');
    expect(bench.faults).toMatchObject([{ message: 'the listener of a call leg threw' }]);
    call.leg.release();
    await peer.takeRequest('BYE');
  });

  it('says goodbye in every call when it is closed, leaves no timer, and refuses work after it', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP }));
    const inbound = await bench.call();
    const answer = inbound.leg.answer(description());
    await peer.takeResponse(200);
    const outbound = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 200, { body: SDP }));
    await outbound.event('answered');
    await Promise.all([bench.signaling.close(), bench.signaling.close()]);
    await peer.takeRequest('BYE');
    expect((await inbound.event('ended')).info).toMatchObject({ by: 'local' });
    expect((await outbound.event('ended')).info).toMatchObject({ by: 'local' });
    await expect(answer).resolves.toBeUndefined();
    expect(bench.signaling.stats()).toEqual({
      legs: 0,
      dialogs: 0,
      clientTransactions: 0,
      serverTransactions: 0,
      timers: 0,
      remembered: 0,
    });
    expect(bench.clock.pending).toBe(0);
    await expect(bench.signaling.dial({ to: peer.uri, offer: async () => description() })).rejects.toMatchObject({
      code: 'STOPPED',
    });
    inbound.leg.release();
    expect(bench.faults).toEqual([]);
  });

  it('has nothing left of a hundred calls', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    for (let index = 0; index < 100; index += 1) {
      const callId = `c${index}`;
      peer.send(peer.request('INVITE', { callId, body: SDP, fields: WITH_SDP }));
      const call = await bench.call(index);
      call.leg.ring();
      const answer = call.leg.answer(description());
      const { toTag = '' } = await peer.takeResponse(200, 'INVITE');
      peer.send(peer.request('ACK', { callId, toTag }));
      await answer;
      peer.send(peer.request('BYE', { callId, toTag, cseq: 2 }));
      await peer.takeResponse(200, 'BYE');
    }
    expect(bench.signaling.stats()).toMatchObject({
      legs: 0,
      dialogs: 0,
      clientTransactions: 0,
      serverTransactions: 0,
      timers: 0,
    });
    await bench.drained();
    expect(bench.clock.pending).toBe(0);
    expect(bench.faults).toEqual([]);
  });
});
