import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Neither a port that the system gives to who asks for any, nor one that a user agent takes for audio by default. */
const FIRST = 10_000;
const LAST = 16_383;
/** So many test files run at once at most; each has ports of its own. */
const PROCESSES = 4;
const PORTS = Math.floor((LAST - FIRST + 1) / PROCESSES);
/** What is asked for begins at a multiple of this. */
const STEP = 4;

const first = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % PROCESSES) * PORTS;
let taken = Math.floor((Math.random() * PORTS) / STEP) * STEP;

async function isFreeForUdp(port: number, address: string): Promise<boolean> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const isFree = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ address, port, exclusive: true }, () => resolve(true));
  });
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return isFree;
}

/** Whether nobody has a port for TCP, to listen at or as an end of a connection. */
async function isFreeForTcp(port: number, address: string): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => resolve(true));
  });
  if (isFree) await new Promise<void>((resolve) => server.close(() => resolve()));
  return isFree;
}

async function areFree(port: number, count: number, address: string): Promise<boolean> {
  for (let each = port; each < port + count; each++) {
    if (!(await isFreeForUdp(each, address)) || !(await isFreeForTcp(each, address))) return false;
  }
  return true;
}

/**
 * A port of `address` that is free for UDP and TCP, and so are the ones after it; nobody else in the tests is given any of them for now.
 *
 * @param count - how many there are in all; at least four. SIPp takes another one for video, a SIP telephone one for TLS.
 */
export async function freePort(address = '127.0.0.1', count = STEP): Promise<number> {
  const size = Math.ceil(count / STEP) * STEP;
  for (let tries = 0; tries < PORTS / STEP; tries++) {
    if (taken + size > PORTS) taken = 0;
    const port = first + taken;
    taken += size;
    if (await areFree(port, size, address)) return port;
  }
  throw new Error(`there is no free port from ${first} to ${first + PORTS - 1}`);
}
