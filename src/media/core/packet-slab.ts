import { RTP_HEADER_SIZE } from '../rtp/packet.codec.ts';

/** The longest packet: 60 ms of G.711. */
const SLOT = RTP_HEADER_SIZE + 480;

/**
 * Memory in which packets are made. All calls of a thread share one, so that it stays in the processor's cache; each
 * packet gets another slot, because a socket may still hold a packet when the next ones are made.
 */
export class PacketSlab {
  readonly bytes: Uint8Array;
  readonly #slots: number;
  #slot = 0;

  constructor(slots = 32) {
    this.#slots = slots;
    this.bytes = new Uint8Array(slots * SLOT);
  }

  /** Offset of the next slot. */
  next(): number {
    this.#slot = (this.#slot + 1) % this.#slots;
    return this.#slot * SLOT;
  }
}
