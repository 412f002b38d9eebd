import { expect, it } from 'vitest';
import { Reception } from '../../src/sip/reception.ts';
import { ReliabilityLayer } from '../../src/sip/reliability/reliability-layer.ts';
import { TcpTransport } from '../../src/sip/transport/tcp-transport.ts';
import { VirtualClock } from '../../src/virtual-clock.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { mutate } from '../support/mutate.ts';
import { RecordedFlow } from '../support/recorded-flow.ts';
import { requestText, responseText } from '../support/sip-text.ts';
import { tortureCases } from '../support/torture.ts';

const ROUNDS = 200_000;
const SEEDS = [
  ...tortureCases().map(({ bytes }) => bytes),
  ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO'].map((method) => Buffer.from(requestText(method))),
  ...[100, 200, 486].map((status) => Buffer.from(responseText(status, 'INVITE'))),
];

function setUp() {
  const clock = new VirtualClock();
  const faults: unknown[] = [];
  const fault = (message: string, fields?: Record<string, unknown>): number => faults.push([message, fields]);
  const reliability = new ReliabilityLayer({ clock, onTimeout: () => undefined });
  const reception = new Reception({
    clock,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: fault },
    reliability,
    replyFlow: (_, source) => source,
    knowsDialog: () => true,
    onRequest: (request, key, flow) => {
      if (request.method !== 'ACK')
        void reliability.sendResponse(key, 486, Buffer.from('SIP/2.0 486 Busy\r\n\r\n'), flow);
    },
    onResponse: () => undefined,
    newTag: () => 'tag',
  });
  return { clock, faults, reception, reliability };
}

it('damaged messages never make reception throw or log an error, and no transaction stays', () => {
  const { clock, faults, reception, reliability } = setUp();
  const flow = new RecordedFlow(clock);
  for (let round = 0; round < ROUNDS; round++) {
    reception.receive(mutate(SEEDS[round % SEEDS.length] as Buffer, round), flow);
    if (round % 100 === 0) clock.advance(1000);
  }
  reception.receive(Buffer.from(requestText('OPTIONS', { branch: 'z9hG4bKlast', callId: 'last' })), flow);
  expect(flow.heads.at(-1)).toBe('SIP/2.0 200');
  clock.advance(120_000);
  expect(faults).toEqual([]);
  expect(reliability.stats()).toMatchObject({ clients: 0, servers: 0 });
  expect(clock.pending).toBe(0);
});

it('damaged streams never make a TCP transport throw, and each leaves nothing behind', async () => {
  const { clock, faults, reception } = setUp();
  const network = new MemoryNetwork();
  const transport = new TcpTransport({
    network,
    clock,
    onBytes: reception.receive,
    onUnframed: reception.receiveUnframed,
  });
  const local = { address: '192.0.2.1', port: 5060 };
  await transport.listen(local);
  const good = Buffer.from(requestText('OPTIONS'));
  for (let round = 0; round < 2000; round++) {
    const port = await network.connectTcp(local, { timeout: 1, signal: new AbortController().signal });
    const damaged = mutate(SEEDS[round % SEEDS.length] as Buffer, round);
    const middle = round % damaged.length;
    for (const bytes of [good, damaged.subarray(0, middle), damaged.subarray(middle), good]) port.peer?.receive(bytes);
    port.close();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(faults).toEqual([]);
  expect(transport.connections).toBe(0);
  clock.advance(120_000);
  expect(clock.pending).toBe(0);
});
