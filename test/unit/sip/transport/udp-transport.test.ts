import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../../src/sip/transport/flow.ts';
import { UdpTransport } from '../../../../src/sip/transport/udp-transport.ts';
import { MemoryNetwork } from '../../../support/memory-network.ts';

const PEER = { address: '198.51.100.7', port: 5060 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function open(address = '192.0.2.1') {
  const network = new MemoryNetwork();
  const received: { text: string; flow: Flow }[] = [];
  const transport = await UdpTransport.open(network, { address, port: 5060 }, (bytes, flow) =>
    received.push({ text: bytes.toString(), flow }),
  );
  const deliver = (text: string, from = PEER): void =>
    network.deliver(Buffer.from(text), from, { address, port: 5060 });
  return { network, received, transport, deliver };
}

describe('a UDP transport', () => {
  it('hands up each datagram with the flow to its sender, the same one every time', async () => {
    const { deliver, received, transport } = await open();
    deliver('first');
    deliver('second');
    deliver('other', { ...PEER, port: 5070 });
    expect(received.map(({ text }) => text)).toEqual(['first', 'second', 'other']);
    expect(received[0]?.flow).toBe(received[1]?.flow);
    expect(received[0]?.flow).not.toBe(received[2]?.flow);
    expect(received[0]?.flow).toMatchObject({
      transport: 'UDP',
      reliable: false,
      closed: false,
      local: { address: '192.0.2.1', port: 5060 },
      remote: PEER,
    });
    expect(await transport.flowTo(PEER)).toBe(received[0]?.flow);
  });

  it('takes off leading line ends and drops keep-alives', async () => {
    const { deliver, received } = await open();
    for (const text of ['\r\n\r\n', '', '\0', 'abc', '\r\nINFO']) deliver(text);
    expect(received.map(({ text }) => text)).toEqual(['INFO']);
  });

  it('finds out its address towards a peer when it listens at every address, before the first datagram goes up', async () => {
    const { deliver, network, received } = await open('0.0.0.0');
    deliver('first');
    deliver('second');
    expect(received).toEqual([]);
    await settled();
    deliver('third');
    expect(received.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
    expect(received[0]?.flow.local).toEqual({ address: '192.0.2.50', port: 5060 });
    expect(network.routesAsked).toEqual([PEER.address]);
  });

  it('drops datagrams from where no route leads', async () => {
    const { deliver, received, transport } = await open('0.0.0.0');
    deliver('first', { address: '203.0.113.1', port: 5060 });
    await settled();
    expect(received).toEqual([]);
    await expect(transport.flowTo({ address: '203.0.113.1', port: 5060 })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  it('survives a user that throws', async () => {
    const network = new MemoryNetwork();
    const local = { address: '192.0.2.1', port: 5060 };
    await UdpTransport.open(network, local, () => {
      throw new Error('user');
    });
    expect(() => network.deliver(Buffer.from('INFO'), PEER, local)).not.toThrow();
  });

  it('has flows that are closed once it is, and hands nothing more up', async () => {
    const { deliver, network, received, transport } = await open('0.0.0.0');
    const flow = await transport.flowTo(PEER);
    deliver('waiting', { address: '198.51.100.8', port: 1 });
    await transport.close();
    await settled();
    expect(flow.closed).toBe(true);
    await expect(flow.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(received).toEqual([]);
    expect(network.udp.size).toBe(0);
  });

  it('remembers a bounded number of peers, and the flows that it forgot still work', async () => {
    const { deliver, network, received } = await open();
    deliver('first');
    for (let port = 1; port <= 10_001; port++) deliver('more', { address: '198.51.100.9', port });
    deliver('again');
    expect(received.at(-1)?.flow).not.toBe(received[0]?.flow);
    const got: string[] = [];
    await network.openUdp(PEER, (bytes) => got.push(bytes.toString()));
    await received[0]?.flow.send(Buffer.from('hello'));
    expect(got).toEqual(['hello']);
  });
});
