import { describe, expect, it } from 'vitest';
import type { DialRequest } from '../../../src/channel/signaling-port.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';
import { type Bench, description, SDP, startBench, type Watched, watch } from '../../support/signaling-bench.ts';

function dial(bench: Bench, more: Partial<DialRequest> = {}): Promise<Watched> {
  return bench.signaling
    .dial({ to: bench.peer.uri, offer: async (address) => description(address), ...more })
    .then(watch);
}

/** A call that the peer has answered. */
async function answered(bench: Bench, tag = 'peer'): Promise<{ call: Watched; invite: SipRequest; ack: SipRequest }> {
  const call = await dial(bench);
  const invite = await bench.peer.takeRequest('INVITE');
  bench.peer.send(bench.peer.response(invite, 200, { tag, body: SDP }));
  const ack = await bench.peer.takeRequest('ACK');
  await call.event('answered');
  return { call, invite, ack };
}

describe('an outbound call', () => {
  it('sends an INVITE with Contact and offer, tells progress, early media and answer, and acknowledges', async () => {
    await using bench = await startBench({ user: 'ivr', displayName: 'Main "menu"' });
    const { peer } = bench;
    const call = await dial(bench, { headers: [{ name: 'X-Campaign', value: 'spring' }] });
    const invite = await peer.takeRequest('INVITE');
    expect(invite.uri).toBe(peer.uri);
    expect(invite.body.toString()).toBe(SDP);
    expect(invite.first('Contact')).toBe(`<sip:ivr@127.0.0.1:${bench.port}>`);
    expect(invite.from).toMatchObject({ displayName: 'Main "menu"', uri: { raw: `sip:ivr@127.0.0.1:${bench.port}` } });
    expect(invite.topVia).toMatchObject({ transport: 'UDP', host: '127.0.0.1', port: bench.port });
    expect(invite.first('X-Campaign')).toBe('spring');
    expect(invite.first('Supported')).toBe('replaces, norefersub');
    expect(call.leg.invite.header('x-campaign')).toEqual(['spring']);
    peer.send(peer.response(invite, 100));
    peer.send(peer.response(invite, 180));
    expect(await call.event('progress')).toMatchObject({ status: 180 });
    peer.send(peer.response(invite, 183, { body: SDP }));
    peer.send(peer.response(invite, 200, { body: SDP }));
    const answer = await call.event('answered');
    expect(answer.description?.media[0]?.port).toBe(40_000);
    expect(call.events.map(({ type }) => type)).toEqual(['progress', 'progress', 'answered']);
    const ack = await peer.takeRequest('ACK');
    expect(ack.uri).toBe(peer.uri);
    expect(ack.cseq.number).toBe(invite.cseq.number);
    expect(ack.topVia.branch).not.toBe(invite.topVia.branch);
    peer.send(peer.response(invite, 200, { body: SDP }));
    await peer.takeRequest('ACK');
    call.leg.release({ q850: 16 });
    const bye = await peer.takeRequest('BYE');
    expect(bye.cseq.number).toBe(2);
    peer.send(peer.response(bye, 200));
    expect((await call.event('ended')).info).toMatchObject({ by: 'local', q850: 16 });
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('calls as somebody else when asked to, and resolves host names', async () => {
    const asked: string[] = [];
    const lookup = async (host: string): Promise<string[]> => {
      asked.push(host);
      return ['::1', '127.0.0.1'];
    };
    await using bench = await startBench({ lookup });
    const { peer } = bench;
    await dial(bench, {
      to: `sip:+1555;npdi;rn=+1@callee.example:${peer.port}`,
      from: 'tel:+4930',
      fromDisplayName: 'Zoë',
    });
    const invite = await peer.takeRequest('INVITE');
    expect(asked).toEqual(['callee.example']);
    expect(invite.uri).toBe(`sip:+1555;npdi;rn=+1@callee.example:${peer.port}`);
    expect(invite.first('From')).toMatch(/^"Zoë" <tel:\+4930>;tag=/u);
  });

  it.each([
    [{ to: 'bob' }, 'INVALID_ARGUMENT'],
    [{ to: 'tel:+1555' }, 'INVALID_ARGUMENT'],
    [{ from: '<>' }, 'INVALID_ARGUMENT'],
    [{ fromDisplayName: 'a\r\nb' }, 'INVALID_ARGUMENT'],
    [{ headers: [{ name: 'Call-ID', value: '1' }] }, 'INVALID_ARGUMENT'],
    [{ headers: [{ name: 'X', value: 'a\nb' }] }, 'INVALID_ARGUMENT'],
    [{ to: 'sips:bob@127.0.0.1' }, 'UNREACHABLE'],
    [{ to: 'sip:bob@127.0.0.1;transport=tls' }, 'UNREACHABLE'],
    [{ to: 'sip:bob@nowhere.invalid' }, 'HOST_UNRESOLVED'],
    [{ to: 'sip:bob@v6.example' }, 'HOST_UNRESOLVED'],
  ])('rejects %j with %s before anything is sent', async (wanted, code) => {
    const lookup = (host: string): Promise<string[]> =>
      host === 'v6.example' ? Promise.resolve(['::1']) : Promise.reject(new Error('ENOTFOUND'));
    await using bench = await startBench({ lookup });
    await expect(dial(bench, wanted)).rejects.toMatchObject({ code });
    expect(bench.signaling.stats()).toMatchObject({ legs: 0, clientTransactions: 0 });
  });

  it('rejects with UNREACHABLE when nobody takes the connection, and leaves nothing behind', async () => {
    await using bench = await startBench({ transports: ['udp', 'tcp'] });
    await expect(dial(bench, { to: `${bench.peer.uri};transport=tcp` })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await bench.drained();
  });

  it('tolerates 180 and 200 without Contact (hook: IncomingResponseMessage.parseHeader)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180, { contact: false }));
    await call.event('progress');
    peer.send(peer.response(invite, 200, { contact: false, body: SDP }));
    await call.event('answered');
    expect((await peer.takeRequest('ACK')).uri).toBe(peer.uri);
  });

  it('tells of 180 without To tag, and gives a 200 without one up (sip.js drops both)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180, { tag: '' }));
    expect(await call.event('progress')).toMatchObject({ status: 180 });
    peer.send(peer.response(invite, 200, { tag: '', body: SDP }));
    expect((await call.event('ended')).info).toMatchObject({ by: 'network' });
    await bench.drained();
  });

  it('sends ACK and BYE to the Contact of the 200, not to that of the 180 (hook: Dialog.dialogState.remoteTarget)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const other = await bench.another();
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await call.event('progress');
    peer.send(peer.response(invite, 200, { contact: false, body: SDP, fields: { Contact: `<${other.uri}>` } }));
    expect((await other.takeRequest('ACK')).uri).toBe(other.uri);
    call.leg.release();
    expect((await other.takeRequest('BYE')).uri).toBe(other.uri);
  });

  it('acknowledges every 200 of a fork, keeps the first and says BYE to the others', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const { call, invite } = await answered(bench, 'first');
    peer.send(peer.response(invite, 200, { tag: 'second', body: SDP }));
    expect((await peer.takeRequest('ACK')).toTag).toBe('second');
    const bye = await peer.takeRequest('BYE');
    expect(bye.toTag).toBe('second');
    peer.send(peer.response(bye, 200));
    expect(call.events.map(({ type }) => type)).toEqual(['answered']);
    call.leg.release();
    const first = await peer.takeRequest('BYE');
    expect(first.toTag).toBe('first');
    peer.send(peer.response(invite, 200, { tag: 'third', body: SDP }));
    expect((await peer.takeRequest('BYE')).toTag).toBe('third');
    peer.send(peer.response(first, 200));
    await call.event('ended');
    peer.send(peer.response(invite, 200, { tag: 'fourth', body: SDP }));
    expect((await peer.takeRequest('BYE')).toTag).toBe('fourth');
    expect(call.events.map(({ type }) => type)).toEqual(['answered', 'ended']);
  });

  it.each([
    [486, { Reason: 'Q.850;cause=17;text="User busy"' }, { q850: 17, text: 'User busy' }],
    [302, { Contact: '<sip:elsewhere@127.0.0.1>' }, {}],
    [404, {}, {}],
    [603, {}, {}],
  ])('ends by the far end when it answers %i', async (status, fields, more) => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, status, { fields: fields as Record<string, string>, contact: false }));
    expect((await call.event('ended')).info).toMatchObject({ by: 'remote', status, reason: 'Some Reason', ...more });
    const ack = await peer.takeRequest('ACK');
    expect(ack.topVia.branch).toBe(invite.topVia.branch);
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('ends by the network when nobody answers for 64·T1', async () => {
    await using bench = await startBench();
    const call = await dial(bench);
    bench.clock.advance(32_000);
    expect((await call.event('ended')).info).toMatchObject({ by: 'network', status: 408 });
    await bench.drained();
  });

  it('waits with CANCEL for a provisional response (RFC 3261 §9.1)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    call.leg.release({ q850: 16, text: 'gave up' });
    expect((await call.event('ended')).info).toMatchObject({ by: 'local', text: 'gave up' });
    expect(peer.heads).toEqual([]);
    peer.send(peer.response(invite, 100));
    const cancel = await peer.takeRequest('CANCEL');
    expect(cancel.topVia.branch).toBe(invite.topVia.branch);
    expect(cancel.cseq.number).toBe(invite.cseq.number);
    expect(cancel.first('Reason')).toBe('Q.850;cause=16;text="gave up"');
    peer.send(peer.response(cancel, 200));
    peer.send(peer.response(invite, 487, { contact: false }));
    await peer.takeRequest('ACK');
    expect(call.events).toHaveLength(1);
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('forgets a cancelled INVITE that gets no final response (hook: Transaction.stateTransition)', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await call.event('progress');
    call.leg.release();
    peer.send(peer.response(await peer.takeRequest('CANCEL'), 200));
    await bench.drained();
    expect(call.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });

  it('acknowledges a 200 that crosses its CANCEL and says BYE', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await call.event('progress');
    call.leg.release({ q850: 16 });
    peer.send(peer.response(await peer.takeRequest('CANCEL'), 200));
    peer.send(peer.response(invite, 200, { body: SDP }));
    await peer.takeRequest('ACK');
    const bye = await peer.takeRequest('BYE');
    expect(bye.first('Reason')).toBe('Q.850;cause=16');
    peer.send(peer.response(bye, 200));
    expect(call.events.map(({ type }) => type)).toEqual(['progress', 'ended']);
    await bench.drained();
    expect(bench.faults).toEqual([]);
  });

  it('ends with BYE when the 200 holds no usable description', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    const call = await dial(bench);
    peer.send(peer.response(await peer.takeRequest('INVITE'), 200));
    await peer.takeRequest('ACK');
    await peer.takeRequest('BYE');
    expect((await call.event('ended')).info).toMatchObject({ by: 'network' });
  });

  it('goes through the outbound proxy, with its Route, and follows the route set of the answer (RFC 3261 §12.2.1.1)', async () => {
    await using elsewhere = await startBench();
    const proxy = await elsewhere.another();
    const outboundProxy = `sip:127.0.0.1:${proxy.port};lr`;
    await using through = await startBench({ outboundProxy });
    const { peer } = through;
    const call = await dial(through);
    const invite = await proxy.takeRequest('INVITE');
    expect(invite.uri).toBe(peer.uri);
    expect(invite.lines('Route')).toEqual([`<${outboundProxy}>`]);
    const routes = `<${outboundProxy}>`;
    proxy.send(
      proxy.response(invite, 200, {
        contact: false,
        body: SDP,
        fields: { Contact: `<${peer.uri}>`, 'Record-Route': `<sip:far.invalid;lr>, ${routes}` },
      }),
      through.port,
    );
    const ack = await proxy.takeRequest('ACK');
    expect(ack.uri).toBe(peer.uri);
    expect(ack.lines('Route')).toEqual([routes, '<sip:far.invalid;lr>']);
    call.leg.release();
    const bye = await proxy.takeRequest('BYE');
    expect(bye.uri).toBe(peer.uri);
    expect(bye.lines('Route')).toEqual([routes, '<sip:far.invalid;lr>']);
  });
});
