import { connect, createServer, type Socket } from 'node:net';
import { familyOf } from './address-family.codec.ts';
import type { Endpoint } from './flow.ts';
import type { ConnectOptions, TcpListener, TcpPort, TcpServer } from './network.ts';
import { bindError, unreachable, unreachableBecause } from './network-error.ts';

/** What a peer that does not read may leave unread before it is given up. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** How long what is queued may take to leave after `close`, in milliseconds. */
const CLOSE_TIMEOUT = 1000;

/** A listening TCP socket. */
export function listenTcp(local: Endpoint, onConnection: (port: TcpPort) => void): Promise<TcpServer> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined);
      // The peer may be gone before we come to look at it; then there are no addresses any more.
      if (socket.remoteAddress === undefined) socket.destroy();
      else onConnection(new SystemTcpPort(socket));
    });
    const fail = (error: unknown): void => reject(bindError('TCP', local, error));
    server.once('error', fail);
    server.listen(
      { host: local.address, port: local.port, ipv6Only: familyOf(local.address) === 6, exclusive: true },
      () => {
        server.off('error', fail);
        // Accepting fails when the process runs out of descriptors; the next connection may succeed.
        server.on('error', () => undefined);
        const bound = server.address();
        const port = typeof bound === 'object' && bound !== null ? bound.port : local.port;
        resolve({
          local: { address: local.address, port },
          close: () =>
            new Promise((closed) => {
              server.close(() => closed());
            }),
        });
      },
    );
  });
}

/** A connection to `remote`. */
export function connectTcp(remote: Endpoint, options: ConnectOptions): Promise<TcpPort> {
  const { localAddress, timeout, signal } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: remote.address,
      port: remote.port,
      noDelay: true,
      ...(localAddress && { localAddress }),
    });
    const onAbort = (): void => fail({ code: 'ECONNABORTED' });
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(unreachable('TCP', remote, error));
    };
    socket.setTimeout(timeout, () => fail({ code: 'ETIMEDOUT' }));
    socket.once('error', fail);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.off('error', fail);
      socket.on('error', () => undefined);
      socket.pause();
      resolve(new SystemTcpPort(socket));
    });
  });
}

class SystemTcpPort implements TcpPort {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  }

  listen(listener: TcpListener): void {
    const socket = this.#socket;
    if (socket.destroyed) {
      queueMicrotask(() => listener.onClosed());
      return;
    }
    socket.on('data', (bytes: Buffer) => listener.onData(bytes));
    socket.once('close', () => listener.onClosed());
    socket.resume();
  }

  send(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (!socket.writable) return reject(unreachableBecause('TCP', this.remote, 'the connection is closed'));
      if (socket.writableLength > MAX_QUEUED_BYTES) {
        socket.destroy();
        return reject(unreachableBecause('TCP', this.remote, 'the peer does not read what it is sent'));
      }
      socket.write(bytes, (error) => {
        if (error) reject(unreachable('TCP', this.remote, error));
        else resolve();
      });
    });
  }

  close(): void {
    const socket = this.#socket;
    socket.removeAllListeners('data');
    socket.resume();
    socket.setTimeout(CLOSE_TIMEOUT, () => socket.destroy());
    socket.destroySoon();
  }
}
