import type { AwaitDisk } from '../../disk.ts';
import type { Law } from '../codec/g711.codec.ts';
import { Converter, NO_AUDIO } from '../wav/converter.ts';
import type { AudioReader } from './audio-reader.ts';

/** Pieces are short, because the same thread sends the packets. */
const PIECE_MS = 200;

/** Samples in memory. */
export class SamplesReader implements AudioReader {
  readonly length: number;
  readonly expectedLength: number;
  readonly #samples: Int16Array;
  readonly #piece: number;
  readonly #converter: Converter;
  readonly #disk: AwaitDisk;
  #next = 0;
  #isFlushed = false;

  constructor(samples: Int16Array, sampleRate: number, law: Law, awaitDisk: AwaitDisk) {
    this.#samples = samples;
    this.#piece = Math.ceil((sampleRate * PIECE_MS) / 1000);
    this.#converter = new Converter(sampleRate, law);
    this.#disk = awaitDisk;
    this.length = Math.round((samples.length * 8000) / sampleRate);
    this.expectedLength = this.length;
  }

  async open(): Promise<void> {
    if (!this.#converter.isReady) await this.#disk(this.#converter.ready());
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#isFlushed) return undefined;
    if (!this.#converter.isReady) return this.open().then(() => this.next());
    if (this.#next < this.#samples.length) {
      const from = this.#next;
      this.#next += this.#piece;
      return this.#converter.push(this.#samples.subarray(from, this.#next));
    }
    this.#isFlushed = true;
    const last = this.#converter.flush();
    return last === NO_AUDIO ? undefined : last;
  }

  seek(position: number): number {
    const reached = Math.min(position, this.length);
    this.#next = this.#converter.seek(reached);
    this.#isFlushed = reached === this.length;
    return reached;
  }

  interrupt(): void {
    // What is pending takes no longer than a moment.
  }

  async close(): Promise<void> {
    this.#converter.release();
  }
}
