import { describe, expect, it } from 'vitest';
import { LocalPacketIo } from '../../../../src/media/worker/local-packet-io.ts';
import type { PacketPorts } from '../../../../src/media/worker/packet-io.ts';

/** One who receives packets, each written down as its first byte, its length and who has sent it. */
async function open(io: LocalPacketIo, port: number, receive: () => void = () => undefined) {
  const received: string[] = [];
  const ports = await io.open('local', port, {
    receiveRtp: (packet, address, from) => {
      received.push(`${packet[0]} (${packet.length}) ${address}:${from}`);
      receive();
    },
    receiveRtcp: () => received.push('a report'),
  });
  return { ports, received };
}

function send(ports: PacketPorts, to: number, value: number, length = 172): void {
  const slab = new Uint8Array(1000).fill(value, 100, 100 + length);
  ports.sendRtp(slab, 100, length, 'local', to);
  slab.fill(0);
}

describe('packets within an engine', () => {
  it('arrive in order and whole when whom they are for asks, and not before', async () => {
    const io = new LocalPacketIo();
    const [one, other] = [await open(io, 2), await open(io, 4)];
    other.ports.collect?.();
    for (const [value, length] of [
      [1, 172],
      [2, 16],
      [3, 492],
    ] as const) {
      send(one.ports, 4, value, length);
    }
    expect(other.received).toEqual([]);
    other.ports.collect?.();
    other.ports.collect?.();
    send(one.ports, 4, 4);
    other.ports.collect?.();
    expect(other.received).toEqual(['1 (172) local:2', '2 (16) local:2', '3 (492) local:2', '4 (172) local:2']);
    expect(one.received).toEqual([]);
  });

  it('are told apart by who has sent them, and a report is nothing', async () => {
    const io = new LocalPacketIo();
    const [one, other, third] = [await open(io, 2), await open(io, 4), await open(io, 6)];
    third.ports.collect?.();
    send(one.ports, 6, 1);
    send(other.ports, 6, 2);
    one.ports.sendRtcp(new Uint8Array(100), 0, 100, 'local', 7);
    third.ports.collect?.();
    expect(third.received).toEqual(['1 (172) local:2', '2 (172) local:4']);
  });

  it('are only the newest one where nobody has asked yet', async () => {
    const io = new LocalPacketIo();
    const [one, other] = [await open(io, 2), await open(io, 4)];
    for (let value = 1; value <= 30; value++) send(one.ports, 4, value);
    other.ports.collect?.();
    expect(other.received).toEqual(['30 (172) local:2']);
  });

  it('are lost when too many wait, or one is too long', async () => {
    const io = new LocalPacketIo();
    const [one, other] = [await open(io, 2), await open(io, 4)];
    for (let round = 0; round < 3; round++) {
      other.ports.collect?.();
      other.received.length = 0;
      send(one.ports, 4, 99, 493);
      for (let value = 1; value <= 30; value++) send(one.ports, 4, value);
    }
    other.ports.collect?.();
    expect(other.received.map((line) => Number.parseInt(line, 10))).toEqual(
      Array.from({ length: 16 }, (_, at) => at + 1),
    );
  });

  it('go nowhere once either end is closed, even in the midst of them', async () => {
    const io = new LocalPacketIo();
    const one = await open(io, 2);
    const other = await open(io, 4, () => other.ports.close());
    other.ports.collect?.();
    send(one.ports, 4, 1);
    send(one.ports, 4, 2);
    other.ports.collect?.();
    send(one.ports, 4, 3);
    send(one.ports, 8, 4);
    other.ports.collect?.();
    expect(other.received).toEqual(['1 (172) local:2']);
  });
});
