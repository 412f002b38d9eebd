import type { PacketHandler, PacketIo, PacketPorts } from '../../../media/worker/packet-io.ts';
import type { Endpoint, Host } from '../host.ts';
import type { Wire } from '../wire.ts';

/** Audio of one host. */
export class HostPackets implements PacketIo {
  readonly #wire: Wire;
  readonly #host: Host;

  constructor(wire: Wire, host: Host) {
    this.#wire = wire;
    this.#host = host;
  }

  open(_address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts> {
    const ports = new HostPacketPorts(this.#wire, this.#host, rtpPort, handler);
    return ports.open()
      ? Promise.resolve(ports)
      : Promise.reject(Object.assign(new Error('the port is taken'), { code: 'EADDRINUSE' }));
  }
}

class HostPacketPorts implements PacketPorts {
  readonly #wire: Wire;
  readonly #host: Host;
  readonly #rtpPort: number;
  readonly #handler: PacketHandler;
  /** The only one whose packets are received, when there is one. */
  #peer: Endpoint | undefined;

  constructor(wire: Wire, host: Host, rtpPort: number, handler: PacketHandler) {
    this.#wire = wire;
    this.#host = host;
    this.#rtpPort = rtpPort;
    this.#handler = handler;
  }

  /** @returns whether both ports were free. */
  open(): boolean {
    const host = this.#host;
    const rtp = host.open(this.#rtpPort, (packet, { address, port }) => {
      const peer = this.#peer;
      if (!peer || (peer.address === address && peer.port === port)) this.#handler.receiveRtp(packet, address, port);
    });
    if (rtp === undefined) return false;
    const rtcp = host.open(rtp + 1, (packet, { address, port }) => this.#handler.receiveRtcp(packet, address, port));
    if (rtcp === undefined) host.close(rtp);
    return rtcp !== undefined;
  }

  sendRtp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void {
    const packet = Buffer.from(slab.subarray(offset, offset + length));
    this.#wire.send('RTP', this.#host, this.#rtpPort, { address, port }, packet);
  }

  sendRtcp(slab: Uint8Array, offset: number, length: number, address: string, port: number): void {
    const packet = Buffer.from(slab.subarray(offset, offset + length));
    this.#wire.send('RTCP', this.#host, this.#rtpPort + 1, { address, port }, packet);
  }

  connect(address: string, port: number): void {
    this.#peer = { address, port };
  }

  disconnect(): void {
    this.#peer = undefined;
  }

  close(): void {
    this.#host.close(this.#rtpPort);
    this.#host.close(this.#rtpPort + 1);
  }
}
