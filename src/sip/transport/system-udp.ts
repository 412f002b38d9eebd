import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { familyOf } from './address-family.codec.ts';
import type { Endpoint } from './flow.ts';
import type { OnDatagram, UdpPort } from './network.ts';
import { bindError, unreachable, unreachableBecause } from './network-error.ts';

const BUFFER_BYTES = 4 * 1024 * 1024;
/** Any port will do where nothing is sent; this is the discard service's. */
const DISCARD_PORT = 9;

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/** Addresses are numeric here, so no send may ever wait for, or fall over, name resolution. */
function noLookup(host: string, _options: unknown, callback: LookupCallback): void {
  const family = isIP(host);
  callback(family === 0 ? new Error(`${host} is not a numeric address`) : null, host, family);
}

function makeSocket(family: 4 | 6): Socket {
  // An IPv6 socket is for IPv6 only, so that :: and 0.0.0.0 can be open side by side on one port.
  return createSocket({ type: family === 6 ? 'udp6' : 'udp4', ipv6Only: family === 6, lookup: noLookup });
}

/** A UDP socket with buffers that a burst of calls does not overflow. */
export function openUdp(local: Endpoint, onDatagram: OnDatagram): Promise<UdpPort> {
  return new Promise((resolve, reject) => {
    const socket = makeSocket(familyOf(local.address));
    const fail = (error: unknown): void => {
      socket.close();
      reject(bindError('UDP', local, error));
    };
    socket.once('error', fail);
    socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
      socket.off('error', fail);
      // What goes wrong later concerns one datagram, and its send reports it.
      socket.on('error', () => undefined);
      socket.on('message', (bytes: Buffer, from: RemoteInfo) => onDatagram(bytes, from));
      enlargeBuffers(socket);
      resolve(new SystemUdpPort(socket));
    });
  });
}

class SystemUdpPort implements UdpPort {
  readonly local: Endpoint;
  readonly #socket: Socket;
  #closing: Promise<void> | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.local = { address, port };
  }

  send(bytes: Buffer, remote: Endpoint): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closing) return reject(unreachableBecause('UDP', remote, 'our socket is closed'));
      try {
        this.#socket.send(bytes, remote.port, remote.address, (error) => {
          if (error) reject(unreachable('UDP', remote, error));
          else resolve();
        });
      } catch (error) {
        reject(unreachable('UDP', remote, error));
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#socket.close(resolve);
    });
    return this.#closing;
  }
}

function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.setSendBufferSize(BUFFER_BYTES);
  } catch {
    // The kernel's default works as well, for fewer calls at once.
  }
}

/** Asks the routing table by connecting a socket, which sends nothing. */
export function localAddressTowards(remote: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = makeSocket(familyOf(remote));
    const fail = (error: unknown): void => {
      socket.close();
      reject(unreachable('UDP', { address: remote, port: DISCARD_PORT }, error));
    };
    socket.once('error', fail);
    socket.connect(DISCARD_PORT, remote, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}
