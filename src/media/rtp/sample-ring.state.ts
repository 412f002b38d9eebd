import { type Law, translateG711 } from '../codec/g711.codec.ts';

/** Samples that the ring holds: a power of two, so that 32-bit positions wrap without a seam. A little over a second. */
const SIZE = 8192;
const MASK = SIZE - 1;

/**
 * G.711 bytes by position in time, and for each whether it has arrived. Packets of any length go in anywhere; what lies
 * `SIZE` apart shares a place, so the owner clears what has been played.
 */
export class SampleRing {
  readonly #bytes = new Uint8Array(SIZE);
  /** One bit for each sample. */
  readonly #present = new Int32Array(SIZE / 32);

  write(position: number, from: Uint8Array, offset: number, length: number): void {
    for (let index = 0; index < length; index++) {
      this.#bytes[(position + index) & MASK] = from[offset + index] as number;
    }
    let at = position & MASK;
    for (let left = length; left > 0; ) {
      const count = Math.min(32 - (at & 31), left);
      this.#present[at >>> 5] = (this.#present[at >>> 5] as number) | bits(at & 31, count);
      at = (at + count) & MASK;
      left -= count;
    }
  }

  /** Whether every sample from `position` on has arrived. */
  has(position: number, length: number): boolean {
    let at = position & MASK;
    for (let left = length; left > 0; ) {
      const count = Math.min(32 - (at & 31), left);
      const mask = bits(at & 31, count);
      if (((this.#present[at >>> 5] as number) & mask) !== mask) return false;
      at = (at + count) & MASK;
      left -= count;
    }
    return true;
  }

  clear(position: number, length: number): void {
    if (length >= SIZE) {
      this.#present.fill(0);
      return;
    }
    let at = position & MASK;
    for (let left = length; left > 0; ) {
      const count = Math.min(32 - (at & 31), left);
      this.#present[at >>> 5] = (this.#present[at >>> 5] as number) & ~bits(at & 31, count);
      at = (at + count) & MASK;
      left -= count;
    }
  }

  read(position: number, into: Uint8Array, length: number): void {
    const at = position & MASK;
    if (at + length <= SIZE) {
      for (let index = 0; index < length; index++) into[index] = this.#bytes[at + index] as number;
    } else {
      for (let index = 0; index < length; index++) into[index] = this.#bytes[(at + index) & MASK] as number;
    }
  }

  /**
   * Reads a frame of which something has not arrived: what is missing between `gapStart` and `gapEnd` becomes `filler`.
   *
   * @returns how many samples were there; -1 when something is missing outside of the gap.
   */
  readAround(
    position: number,
    into: Uint8Array,
    length: number,
    gapStart: number,
    gapEnd: number,
    filler: number,
  ): number {
    let present = 0;
    for (let index = 0; index < length; index++) {
      const at = (position + index) | 0;
      if (this.has(at, 1)) present++;
      else if (((at - gapStart) | 0) < 0 || ((gapEnd - at) | 0) <= 0) return -1;
    }
    for (let index = 0; index < length && present > 0; index++) {
      const at = (position + index) | 0;
      into[index] = this.has(at, 1) ? (this.#bytes[at & MASK] as number) : filler;
    }
    return present;
  }

  /** Turns all that is stored into the other law. */
  translate(from: Law, to: Law): void {
    translateG711(from, to, this.#bytes, 0, this.#bytes, 0, SIZE);
  }
}

/** A word with `count` bits set from bit `first` on. */
function bits(first: number, count: number): number {
  return count === 32 ? -1 : ((1 << count) - 1) << first;
}
