import type { TapRequest } from '../../channel/tap-port.ts';
import { type Upsampling, upsampling } from './rate.codec.ts';

/** Hands over what comes in, in pieces of one length and at one rate. */
export class Tap {
  readonly #converter: Upsampling;
  readonly #length: number;
  readonly #give: (samples: Int16Array<ArrayBuffer>) => void;
  #piece: Int16Array<ArrayBuffer>;
  #filled = 0;

  constructor({ sampleRate, frameMs }: TapRequest, give: (samples: Int16Array<ArrayBuffer>) => void) {
    this.#converter = upsampling(sampleRate);
    this.#length = (sampleRate * frameMs) / 1000;
    this.#give = give;
    this.#piece = new Int16Array(this.#length);
  }

  /** The next 20 ms at 8 kHz. */
  frame(samples: Int16Array): void {
    const converted = this.#converter.push(samples);
    this.#piece.set(converted, this.#filled);
    this.#filled += converted.length;
    if (this.#filled < this.#length) return;
    const full = this.#piece;
    this.#piece = new Int16Array(this.#length);
    this.#filled = 0;
    this.#give(full);
  }
}
