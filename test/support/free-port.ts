import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** A UDP port of `address` that was free a moment ago. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port: 0, exclusive: true }, resolve);
  });
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Whether nobody had a port for TCP a moment ago, to listen at or as an end of a connection. */
async function isFreeForTcp(port: number, address: string): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => resolve(true));
  });
  if (isFree) await new Promise<void>((resolve) => server.close(() => resolve()));
  return isFree;
}

/** A port that was free for UDP and TCP a moment ago, as the next one was for TCP: a SIP telephone may take that for TLS. */
export async function freeSipPort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await freePort(address);
    if (port < 65_535 && (await isFreeForTcp(port, address)) && (await isFreeForTcp(port + 1, address))) return port;
  }
}
