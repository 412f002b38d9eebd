import { type Law, silenceOf } from '../codec/g711.codec.ts';
import type { AudioReader } from './audio-reader.ts';

/** A second of silence in each law; all silence is made of them. */
const SECOND = [0, 1].map((law) => new Uint8Array(8000).fill(silenceOf(law as Law)));

/** Silence of any length. */
export class SilenceReader implements AudioReader {
  readonly length: number;
  readonly expectedLength: number;
  readonly #second: Uint8Array;
  #position = 0;

  constructor(ms: number, law: Law) {
    this.length = Math.round(ms * 8);
    this.expectedLength = this.length;
    this.#second = SECOND[law] as Uint8Array;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  next(): Uint8Array | undefined {
    const count = Math.min(this.#second.length, this.length - this.#position);
    if (count <= 0) return undefined;
    this.#position += count;
    return count === this.#second.length ? this.#second : this.#second.subarray(0, count);
  }

  seek(position: number): number {
    this.#position = Math.min(position, this.length);
    return this.#position;
  }

  interrupt(): void {
    // Nothing is ever pending.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
