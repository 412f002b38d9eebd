import type { PacketSink } from '../core/packet-sink.ts';
import type { PacketPorts } from './packet-io.ts';

/** The ports of one call, once they are open, and where its packets go. */
export class CallPorts implements PacketSink {
  #ports: PacketPorts | undefined;
  #address = '';
  #rtpPort = 0;
  #rtcpAddress = '';
  #rtcpPort = 0;

  bind(ports: PacketPorts): void {
    this.#ports = ports;
  }

  sendRtp(slab: Uint8Array, offset: number, length: number): void {
    this.#ports?.sendRtp(slab, offset, length, this.#address, this.#rtpPort);
  }

  sendRtcp(slab: Uint8Array, offset: number, length: number): void {
    this.#ports?.sendRtcp(slab, offset, length, this.#rtcpAddress, this.#rtcpPort);
  }

  setRemote(address: string, rtpPort: number, rtcpAddress: string, rtcpPort: number, settled: boolean): void {
    this.#address = address;
    this.#rtpPort = rtpPort;
    this.#rtcpAddress = rtcpAddress;
    this.#rtcpPort = rtcpPort;
    if (settled) this.#ports?.connect(address, rtpPort);
    else this.#ports?.disconnect();
  }

  /** Has what waits handed over. */
  collect(): void {
    this.#ports?.collect?.();
  }

  close(): void {
    this.#ports?.close();
  }
}
