import { ChannelError } from '../../errors.ts';
import { encodeG711, type Law } from '../codec/g711.codec.ts';
import { RESAMPLER_REACH, Resampler, resamplerGrid } from './resampler.ts';

const RATE = 8000;
const MIN_RATE = 1000;
const MAX_RATE = 384_000;

/** A piece without audio. */
export const NO_AUDIO: Uint8Array = new Uint8Array(0);

/** Turns mono samples of one rate into G.711 of one law, piece by piece and from any place on. */
export class Converter {
  readonly #rate: number;
  readonly #law: Law;
  #resampler: Resampler | undefined;
  /** Bytes that are still to be left out, because the input had to begin earlier. */
  #surplus = 0;

  /** Throws `ChannelError` `INVALID_ARGUMENT` for a rate that no audio has. */
  constructor(rate: number, law: Law) {
    if (!Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `audio has ${MIN_RATE} to ${MAX_RATE} samples per second, not ${rate}`,
      );
    }
    this.#rate = rate;
    this.#law = law;
  }

  /** Whether {@link Converter.ready} has to be awaited before samples can be converted. */
  get isReady(): boolean {
    return this.#rate === RATE || this.#resampler !== undefined;
  }

  async ready(): Promise<void> {
    if (!this.isReady) this.#resampler = await Resampler.open(this.#rate);
  }

  /** Forgets what was converted and goes on at this byte. @returns the sample with which the input has to begin. */
  seek(position: number): number {
    this.release();
    this.#surplus = 0;
    if (this.#rate === RATE) return position;
    // What comes out is heard as if all had been converted: the filter gets what it would have in it, on the same grid.
    const { input, output } = resamplerGrid(this.#rate);
    const reach = (RESAMPLER_REACH * RATE) / Math.min(this.#rate, RATE);
    const steps = Math.max(0, Math.floor((position - reach) / output));
    this.#surplus = position - steps * output;
    return steps * input;
  }

  /** Converts the next samples. */
  push(samples: Int16Array): Uint8Array {
    return this.#encode(this.#resampler ? this.#resampler.push(samples) : samples);
  }

  /** What is still inside; nothing more may be pushed before the next `seek`. */
  flush(): Uint8Array {
    const last = this.#resampler?.flush();
    this.release();
    return last ? this.#encode(last) : NO_AUDIO;
  }

  release(): void {
    this.#resampler?.release();
    this.#resampler = undefined;
  }

  #encode(samples: Int16Array): Uint8Array {
    const left = Math.min(this.#surplus, samples.length);
    this.#surplus -= left;
    const count = samples.length - left;
    if (count === 0) return NO_AUDIO;
    const bytes = new Uint8Array(count);
    encodeG711(this.#law, samples, left, bytes, 0, count);
    return bytes;
  }
}
