import { type ToneSequence, toneLength } from '../../tone-sequence.ts';
import { encodeG711, type Law } from '../codec/g711.codec.ts';
import { ToneGenerator } from '../tone/tone.state.ts';
import type { AudioReader } from './audio-reader.ts';

/** A second. */
const PIECE = 8000;
/** Samples on their way from a generator to the encoder: all tones share it, none keeps anything in it. */
const SAMPLES = new Int16Array(PIECE);

/** A tone. */
export class ToneReader implements AudioReader {
  readonly length: number;
  readonly expectedLength: number;
  readonly #tone: ToneSequence;
  readonly #law: Law;
  #generator: ToneGenerator;

  constructor(tone: ToneSequence, law: Law) {
    this.length = toneLength(tone) * 8;
    this.expectedLength = this.length;
    this.#tone = tone;
    this.#law = law;
    this.#generator = new ToneGenerator(tone, law);
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  next(): Uint8Array | undefined {
    const count = this.#generator.take(SAMPLES);
    if (count === 0) return undefined;
    const bytes = new Uint8Array(count);
    encodeG711(this.#law, SAMPLES, 0, bytes, 0, count);
    return bytes;
  }

  seek(position: number): number {
    const reached = Math.min(position, this.length);
    const once = toneLength({ ...this.#tone, repeat: 1 }) * 8;
    const rounds = once > 0 ? Math.floor(reached / once) : 0;
    this.#generator = new ToneGenerator({ ...this.#tone, repeat: this.#tone.repeat - rounds }, this.#law);
    for (let left = reached - rounds * once; left > 0; left -= PIECE) {
      this.#generator.take(left < PIECE ? SAMPLES.subarray(0, left) : SAMPLES);
    }
    return reached;
  }

  interrupt(): void {
    // Nothing is ever pending.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
