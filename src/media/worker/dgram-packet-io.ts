import { createSocket, type Socket } from 'node:dgram';
import type { PacketHandler, PacketIo, PacketPorts } from './packet-io.ts';

type Receiver = (packet: Uint8Array, address: string, port: number) => void;

/** Packets by the sockets of the machine. */
export const dgramPacketIo: PacketIo = {
  async open(address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts> {
    const rtp = await bind(address, rtpPort, (packet, from, port) => handler.receiveRtp(packet, from, port));
    try {
      const rtcp = await bind(address, rtpPort + 1, (packet, from, port) => handler.receiveRtcp(packet, from, port));
      return new DgramPorts(rtp, rtcp);
    } catch (error) {
      rtp.close();
      throw error;
    }
  },
};

class DgramPorts implements PacketPorts {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #connected = false;
  #closed = false;

  constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  sendRtp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void {
    const packet = slab.subarray(offset, offset + length);
    try {
      // Without a callback, which would cost a task of its own for each packet; failures are of no interest.
      if (this.#connected) this.#rtp.send(packet);
      else this.#rtp.send(packet, port, address);
    } catch {
      // An address of the wrong family or a socket that is closing: the packet is lost, as packets may be.
    }
  }

  sendRtcp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void {
    try {
      this.#rtcp.send(slab.subarray(offset, offset + length), port, address);
    } catch {
      // As above.
    }
  }

  connect(address: string, port: number): void {
    this.disconnect();
    try {
      this.#rtp.connect(port, address, () => {
        this.#connected = !this.#closed;
      });
    } catch {
      // It stays unconnected, which only costs a little more.
    }
  }

  disconnect(): void {
    if (!this.#connected) return;
    this.#connected = false;
    try {
      this.#rtp.disconnect();
    } catch {
      // Not connected after all.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connected = false;
    // The ports are free when these return; only the callbacks come later.
    this.#rtp.close();
    this.#rtcp.close();
  }
}

/** An unreachable peer (ICMP) is no failure of the call: packets to it are lost until it is there. */
function ignoreFailure(): void {
  // Nothing is to be done.
}

/** Addresses are numeric already; asking the resolver would put off every packet to the next tick. */
function lookup(
  hostname: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, hostname, hostname.includes(':') ? 6 : 4);
}

function bind(address: string, port: number, receive: Receiver): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', lookup });
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', fail);
      // Errors of single packets, for example ECONNREFUSED of a connected socket, arrive here too.
      socket.on('error', ignoreFailure);
      socket.on('message', (packet, remote) => receive(packet, remote.address, remote.port));
      resolve(socket);
    });
  });
}
