import { createSocket, type Socket } from 'node:dgram';
import type { PortRange } from '../../src/index.ts';

async function bind(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(undefined)));
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve(socket));
  });
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const sockets = await Promise.all(ports.map(bind));
  for (const socket of sockets) if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  return sockets.every(Boolean);
}

/** A range of ports for so many calls; all of it was free a moment ago. */
export async function portPairs(calls: number): Promise<PortRange> {
  for (;;) {
    const socket = await bind(0);
    if (!socket) continue;
    const min = (socket.address().port + 1) & ~1;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    const range = { min, max: min + 2 * calls - 1 };
    if (range.max <= 65_535 && (await areFree(Array.from({ length: 2 * calls }, (_, index) => min + index))))
      return range;
  }
}
