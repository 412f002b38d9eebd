import { expect, it } from 'vitest';
import type { LegRequest } from '../../../src/channel/signaling-port.ts';
import { SipSignaling } from '../../../src/sip/signaling.ts';
import type { Network } from '../../../src/sip/transport/network.ts';
import { systemNetwork } from '../../../src/sip/transport/system-network.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { description, type Watched, watch } from '../../support/signaling-bench.ts';
import { until } from '../../support/until.ts';

const CALLS = 200;
const LOSS = 0.1;

/** The network of the machine, less one datagram in ten; the same ones in every run as far as the order of sending is. */
function lossyNetwork(seed: number): Network {
  let state = seed;
  const isLost = (): boolean => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 < LOSS;
  };
  return {
    ...systemNetwork,
    openUdp: async (local, onDatagram) => {
      const port = await systemNetwork.openUdp(local, onDatagram);
      return {
        local: port.local,
        send: (bytes, remote) => (isLost() ? Promise.resolve() : port.send(bytes, remote)),
        close: () => port.close(),
      };
    },
  };
}

it('loses no call when the network loses one packet in ten in each direction', async () => {
  const clock = new VirtualClock();
  const faults: unknown[] = [];
  const quiet = (): undefined => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (message: string) => void faults.push(message) };
  const start = (seed: number) =>
    SipSignaling.start({
      address: '127.0.0.1',
      port: 0,
      transports: ['udp'],
      userAgentHeader: 'offhook-test',
      logger,
      clock,
      network: lossyNetwork(seed),
    });
  const [caller, callee] = await Promise.all([start(7), start(11)]);
  const inbound: Watched[] = [];
  callee.onIncoming((leg) => {
    inbound.push(watch(leg));
    leg.ring();
    void leg.answer(description());
  });
  const port = callee.listening[0]?.port;
  const outbound: Watched[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    outbound.push(watch(await caller.dial({ to: `sip:bob@127.0.0.1:${port}`, offer: async () => description() })));
  }
  const advanceUntil = (what: string, step: number, look: () => boolean): Promise<boolean> =>
    until(what, () => {
      clock.advance(step);
      return look();
    });
  const has = (type: string) => (call: Watched) => call.events.some((event) => event.type === type);
  await advanceUntil('every call to be answered', 50, () => outbound.every(has('answered')));
  expect(inbound).toHaveLength(CALLS);
  const hello = (method: LegRequest['method']): LegRequest => ({
    method,
    contentType: 'text/plain',
    body: 'hello',
    headers: [],
  });
  const statuses: number[] = [];
  const note = (status: number): void => void statuses.push(status);
  for (const { leg } of outbound) void leg.send(hello('INFO')).then(note);
  await advanceUntil('every call to be established', 50, () => statuses.length === CALLS);
  for (const { leg } of inbound) void leg.send(hello('MESSAGE')).then(note);
  await advanceUntil('every request to be answered', 50, () => statuses.length === 2 * CALLS);
  expect(new Set(statuses)).toEqual(new Set([200]));
  for (const call of [...outbound, ...inbound]) {
    expect(call.events.filter(({ type }) => type === 'request')).toHaveLength(1);
  }
  // Every other call is released by the side that was called. They came in another order than they were made.
  const called = new Map(inbound.map(({ leg }) => [leg.invite.callId, leg]));
  outbound.forEach(({ leg }, index) => {
    (index % 2 === 0 ? leg : called.get(leg.invite.callId))?.release();
  });
  await advanceUntil('everything to be forgotten', 500, () =>
    [caller, callee].every((side) => Object.values(side.stats()).every((count) => count === 0)),
  );
  for (const call of [...outbound, ...inbound]) {
    expect(call.events.filter(({ type }) => type === 'ended')).toMatchObject([
      { info: { by: expect.stringMatching(/local|remote/u) } },
    ]);
  }
  expect(faults).toEqual([]);
  await Promise.all([caller.close(), callee.close()]);
  expect(clock.pending).toBe(0);
}, 30_000);
