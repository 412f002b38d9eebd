import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Flow } from '../../src/sip/transport/flow.ts';
import { openTransports } from '../../src/sip/transport/open-transports.ts';
import { systemNetwork } from '../../src/sip/transport/system-network.ts';
import type { Listen, Transports } from '../../src/sip/transport/transports.ts';
import { until } from '../support/until.ts';

interface Side {
  readonly transports: Transports;
  readonly received: { text: string; flow: Flow }[];
}

const open = new Set<Transports>();

async function listen(...sockets: readonly Listen[]): Promise<Side> {
  const received: { text: string; flow: Flow }[] = [];
  const transports = await openTransports({
    listen: sockets,
    network: systemNetwork,
    clock: systemClock,
    onBytes: (bytes, flow) => received.push({ text: bytes.toString(), flow }),
  });
  open.add(transports);
  return { transports, received };
}

const at = (transport: 'UDP' | 'TCP', address: string, port = 0): Listen => ({ transport, address, port });
const message = (text: string): string =>
  `INFO sip:a@b SIP/2.0\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

afterEach(async () => {
  await Promise.all([...open].map((transports) => transports.close()));
  open.clear();
});

describe.each([
  ['UDP', '127.0.0.1', '127.0.0.1'],
  ['UDP', '::1', '::1'],
  ['TCP', '127.0.0.1', '127.0.0.1'],
  ['TCP', '::1', '::1'],
  ['UDP', '0.0.0.0', '127.0.0.1'],
  ['UDP', '::', '::1'],
  ['TCP', '0.0.0.0', '127.0.0.1'],
  ['TCP', '::', '::1'],
] as const)('%s at %s', (transport, bound, address) => {
  it('carries messages there and back by one flow', async () => {
    const callee = await listen(at(transport, bound));
    const caller = await listen(at(transport, bound));
    const port = callee.transports.listening[0]?.port ?? 0;
    expect(port).toBeGreaterThan(0);
    const flow = await caller.transports.flowTo({ transport, address, port });
    expect(flow.local).toEqual({ address, port: caller.transports.listening[0]?.port });

    await flow.send(Buffer.from(message('there')));
    await until('the message', () => callee.received.length === 1);
    const arrived = callee.received[0];
    expect(arrived?.text).toBe(message('there'));
    expect(arrived?.flow.local).toEqual({ address, port });

    await arrived?.flow.send(Buffer.from(message('back')));
    await until('the answer', () => caller.received.length === 1);
    expect(caller.received[0]?.text).toBe(message('back'));
    if (transport === 'TCP') expect(caller.received[0]?.flow).toBe(flow);
  });
});

it('both families live side by side on one user agent', async () => {
  const caller = await listen(at('UDP', '0.0.0.0'), at('UDP', '::'), at('TCP', '127.0.0.1'));
  const callee = await listen(at('UDP', '127.0.0.1'), at('UDP', '::1'));
  for (const { address, port } of callee.transports.listening) {
    const flow = await caller.transports.flowTo({ transport: 'UDP', address, port });
    await flow.send(Buffer.from(message(address)));
  }
  await until('both messages', () => callee.received.length === 2);
  expect(callee.received.map(({ flow }) => flow.local.address).sort()).toEqual(['127.0.0.1', '::1']);
});

it('a large message and many small ones come whole over TCP', async () => {
  const callee = await listen(at('TCP', '127.0.0.1'));
  const caller = await listen(at('TCP', '127.0.0.1'));
  const flow = await caller.transports.flowTo({
    transport: 'TCP',
    address: '127.0.0.1',
    port: callee.transports.listening[0]?.port ?? 0,
  });
  const sent = [message('x'.repeat(60_000)), ...Array.from({ length: 500 }, (_, index) => message(`number ${index}`))];
  await Promise.all(sent.map((text) => flow.send(Buffer.from(text))));
  await until('all messages', () => callee.received.length === sent.length);
  expect(callee.received.map(({ text }) => text)).toEqual(sent);
});

it('a port that is taken is PORT_IN_USE, and the sockets opened before it are closed again', async () => {
  const first = await listen(at('UDP', '127.0.0.1'), at('TCP', '127.0.0.1'));
  const [udp, tcp] = first.transports.listening as [Listen, Listen];
  await expect(listen(at('TCP', '127.0.0.1'), udp)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(`127.0.0.1:${udp.port}`),
  });
  await expect(listen(at('UDP', '127.0.0.1'), tcp)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
});

it('an address of another machine is ADDRESS_UNAVAILABLE', async () => {
  await expect(listen(at('UDP', '192.0.2.1'))).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
  await expect(listen(at('TCP', '192.0.2.1'))).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
});

it('a port where nobody listens is UNREACHABLE by TCP, and so is a family without a socket by UDP', async () => {
  const gone = await listen(at('TCP', '127.0.0.1'));
  const port = gone.transports.listening[0]?.port ?? 0;
  await gone.transports.close();
  const { transports } = await listen(at('UDP', '127.0.0.1'));
  await expect(transports.flowTo({ transport: 'TCP', address: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('nothing listens there'),
  });
  await expect(transports.flowTo({ transport: 'UDP', address: '::1', port })).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('listen at ::'),
  });
  expect(transports.reaches({ transport: 'UDP', address: '::1', port })).toBe(false);
  expect(transports.reaches({ transport: 'UDP', address: '127.0.0.1', port })).toBe(true);
});

it('a host name never reaches the sockets: sending to one is UNREACHABLE', async () => {
  const { transports } = await listen(at('UDP', '127.0.0.1'));
  const flow = await transports.flowTo({ transport: 'UDP', address: 'localhost', port: 5060 });
  await expect(flow.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

it('a datagram that is too long is UNREACHABLE and says to use TCP', async () => {
  const { transports } = await listen(at('UDP', '127.0.0.1'));
  const flow = await transports.flowTo({
    transport: 'UDP',
    address: '127.0.0.1',
    port: transports.listening[0]?.port ?? 0,
  });
  await expect(flow.send(Buffer.alloc(70_000))).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('transport=tcp'),
  });
});

it('sees that the peer has closed the connection', async () => {
  const callee = await listen(at('TCP', '127.0.0.1'));
  const caller = await listen(at('TCP', '127.0.0.1'));
  const flow = await caller.transports.flowTo({
    transport: 'TCP',
    address: '127.0.0.1',
    port: callee.transports.listening[0]?.port ?? 0,
  });
  await callee.transports.close();
  await until('the end of the connection', () => flow.closed);
  await expect(flow.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
});
