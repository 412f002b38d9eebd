import { describe, expect, it } from 'vitest';
import type { SipSignalingOptions } from '../../../src/sip/signaling-options.ts';
import { type Bench, description, startBench, watch } from '../../support/signaling-bench.ts';

/** From the first to the last message between two of our stacks. */
async function fullCall(caller: Bench, callee: Bench, to: string): Promise<void> {
  const out = watch(await caller.signaling.dial({ to, offer: async (address) => description(address) }));
  const inn = await callee.call();
  inn.leg.ring(description(inn.leg.localAddress));
  expect((await out.event('progress')).description).toBeDefined();
  await Promise.all([inn.leg.answer(description(inn.leg.localAddress, 40_010)), out.event('answered')]);
  expect((await out.event('answered')).description?.media[0]?.port).toBe(40_010);
  const changed = out.leg.reinvite(() => description(out.leg.localAddress, 40_020));
  const offer = await inn.event('offer');
  offer.reply.accept(description(inn.leg.localAddress, 40_030));
  expect((await changed).media[0]?.port).toBe(40_030);
  const text = { contentType: 'text/plain', body: 'Grüße', headers: [] };
  expect(await out.leg.send({ method: 'INFO', ...text })).toBe(200);
  expect(await inn.leg.send({ method: 'MESSAGE', ...text })).toBe(200);
  expect((await inn.event('request')).request).toMatchObject({ method: 'INFO', body: 'Grüße' });
  expect((await out.event('request')).request).toMatchObject({ method: 'MESSAGE', body: 'Grüße' });
  inn.leg.release({ q850: 16, text: 'that was it' });
  expect((await out.event('ended')).info).toMatchObject({ by: 'remote', q850: 16, text: 'that was it' });
  await Promise.all([caller.drained(), callee.drained()]);
  expect([caller.faults, callee.faults]).toEqual([[], []]);
}

const cases: [string, Partial<SipSignalingOptions>, (port: number) => string][] = [
  ['UDP', { transports: ['udp'] }, (port) => `sip:bob@127.0.0.1:${port}`],
  ['TCP', { transports: ['tcp'] }, (port) => `sip:bob@127.0.0.1:${port}`],
  ['TCP, asked for by the URI', { transports: ['udp', 'tcp'] }, (port) => `sip:bob@127.0.0.1:${port};transport=tcp`],
  ['UDP over IPv6', { transports: ['udp'], address: '::1' }, (port) => `sip:bob@[::1]:${port}`],
  ['TCP over IPv6', { transports: ['tcp'], address: '::1' }, (port) => `sip:bob@[::1]:${port}`],
  [
    'sockets on every address',
    { transports: ['udp', 'tcp'], address: '0.0.0.0' },
    (port) => `sip:bob@127.0.0.1:${port}`,
  ],
];

describe('two stacks in one process', () => {
  it.each(cases)('talk by %s', async (_name, options, to) => {
    await using caller = await startBench(options);
    await using callee = await startBench(options);
    await fullCall(caller, callee, to(callee.port));
  });

  it('listen at one port for both transports, and say so when it is taken', async () => {
    await using bench = await startBench({ transports: ['udp', 'tcp'] });
    const [udp, tcp] = bench.signaling.listening;
    expect(udp).toEqual({ transport: 'UDP', address: '127.0.0.1', port: bench.port });
    expect(tcp).toEqual({ transport: 'TCP', address: '127.0.0.1', port: bench.port });
    await expect(startBench({ port: bench.port, transports: ['udp', 'tcp'] })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
  });

  it('write the public address where the far end reads it, and give it to the media', async () => {
    await using caller = await startBench({ publicAddress: '203.0.113.7', user: 'ivr' });
    const dialled = await caller.signaling.dial({
      to: caller.peer.uri,
      offer: async (address) => description(address),
    });
    expect(dialled.localAddress).toBe('203.0.113.7');
    const invite = await caller.peer.takeRequest('INVITE');
    expect(invite.first('Contact')).toBe(`<sip:ivr@203.0.113.7:${caller.port}>`);
    expect(invite.topVia.host).toBe('203.0.113.7');
    expect(invite.body.toString()).toContain('c=IN IP4 203.0.113.7');
  });

  it.each([
    [{ transports: [] }, /transports/],
    [{ user: 'a b' }, /user/],
    [{ userAgentHeader: 'x\r\ny: z' }, /CR, LF/],
    [{ outboundProxy: 'proxy' }, /outboundProxy/],
  ])('refuse to start with %j', async (options, message) => {
    await expect(startBench(options)).rejects.toThrow(message);
  });
});
