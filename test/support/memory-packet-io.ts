import type { PacketHandler, PacketIo, PacketPorts } from '../../src/media/worker/packet-io.ts';

/** RTP in memory: what is sent has arrived when `send` returns. */
export class MemoryPacketIo implements PacketIo {
  readonly #handlers = new Map<string, PacketHandler>();
  /** Ports that another program has. */
  readonly foreign = new Set<number>();
  /** Decides which packets are lost. */
  lose: () => boolean = () => false;
  /** Sending from this port breaks down. */
  failFor: number | undefined;

  /** How many pairs of ports are open. */
  get ports(): number {
    return this.#handlers.size;
  }

  open(address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts> {
    if (this.foreign.has(rtpPort)) return Promise.reject(Object.assign(new Error('in use'), { code: 'EADDRINUSE' }));
    this.#handlers.set(`${address}|${rtpPort}`, handler);
    const deliver = (
      slab: Uint8Array,
      offset: number,
      length: number,
      to: string,
      port: number,
      from: number,
    ): void => {
      if (from === this.failFor) throw new Error('sending broke down');
      if (this.lose()) return;
      const packet = slab.slice(offset, offset + length);
      this.#handlers.get(`${to}|${port}`)?.receiveRtp(packet, address, from);
      this.#handlers.get(`${to}|${port - 1}`)?.receiveRtcp(packet, address, from);
    };
    return Promise.resolve({
      sendRtp: (slab, offset, length, to, port) => deliver(slab, offset, length, to, port, rtpPort),
      sendRtcp: (slab, offset, length, to, port) => deliver(slab, offset, length, to, port, rtpPort + 1),
      connect: () => undefined,
      disconnect: () => undefined,
      close: () => {
        this.#handlers.delete(`${address}|${rtpPort}`);
        return Promise.resolve();
      },
    });
  }
}
