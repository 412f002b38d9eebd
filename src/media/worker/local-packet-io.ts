import { LOCAL_ADDRESS } from '../negotiation/local-address.codec.ts';
import type { PacketHandler, PacketIo, PacketPorts } from './packet-io.ts';

/** The longest packet: 60 ms of G.711 behind its header. */
const SLOT = 12 + 480;
/** Packets that wait for the next tick of whom they are for: more than a thread makes up for after a stall. */
const SLOTS = 16;

/** Packets between the calls of one engine: no sockets, only numbers. */
export class LocalPacketIo implements PacketIo {
  readonly #ports = new Map<number, LocalPorts>();

  open(_address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts> {
    const ports = new LocalPorts(rtpPort, handler, this.#ports);
    this.#ports.set(rtpPort, ports);
    return Promise.resolve(ports);
  }
}

/**
 * What is sent waits at its far end until that one ticks. So it comes as early as it can be used, and whoever sends is through with its own
 * tick before anybody hears of it.
 */
class LocalPorts implements PacketPorts {
  readonly #rtpPort: number;
  readonly #handler: PacketHandler;
  readonly #all: Map<number, LocalPorts>;
  /** The packets that wait, each in its slot; none before the first one comes. */
  #slab: Uint8Array | undefined;
  /** Each slot as long as its packet, and who has sent it. */
  readonly #packets: Uint8Array[] = [];
  readonly #from: number[] = [];
  #first = 0;
  #waiting = 0;
  /** Before the first tick, only the newest packet can be of use. */
  #isTicking = false;

  constructor(rtpPort: number, handler: PacketHandler, all: Map<number, LocalPorts>) {
    this.#rtpPort = rtpPort;
    this.#handler = handler;
    this.#all = all;
  }

  sendRtp(slab: Uint8Array, offset: number, length: number, _address: string, port: number): void {
    this.#all.get(port)?.put(slab, offset, length, this.#rtpPort);
  }

  /** Takes a packet; one too many is lost. */
  put(slab: Uint8Array, offset: number, length: number, from: number): void {
    if (!this.#isTicking) this.#waiting = 0;
    if (this.#waiting === SLOTS || length > SLOT) return;
    const slot = (this.#first + this.#waiting++) % SLOTS;
    let packet = this.#packets[slot];
    if (packet?.length !== length) {
      this.#slab ??= new Uint8Array(SLOTS * SLOT);
      packet = this.#slab.subarray(slot * SLOT, slot * SLOT + length);
      this.#packets[slot] = packet;
    }
    for (let index = 0; index < length; index++) packet[index] = slab[offset + index] as number;
    this.#from[slot] = from;
  }

  sendRtcp(): void {
    // Nothing is lost on the way and nothing is late, so there is nothing to report.
  }

  collect(): void {
    this.#isTicking = true;
    while (this.#waiting > 0) {
      const slot = this.#first;
      this.#first = (slot + 1) % SLOTS;
      this.#waiting--;
      this.#handler.receiveRtp(this.#packets[slot] as Uint8Array, LOCAL_ADDRESS, this.#from[slot] as number);
    }
  }

  connect(): void {
    // There is nobody else to be kept out.
  }

  disconnect(): void {
    // As above.
  }

  close(): void {
    this.#all.delete(this.#rtpPort);
    this.#waiting = 0;
  }
}
