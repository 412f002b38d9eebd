import { bessel } from './bessel.codec.ts';

/** Samples on each side that a new one is made from. The more, the less of the mirror image above 4 kHz is left. */
const REACH = 32;
/** Shape of the Kaiser window: what it leaves of the image beyond the transition band is below -70 dB. */
const BETA = 7;

/** Weights of the neighbours at half a sample, one and a half, …, of a place between two samples. */
const WEIGHTS = weights();

function weights(): Float64Array {
  const raw = Float64Array.from({ length: REACH }, (_, index) => {
    const place = index + 0.5;
    const sinc = Math.sin(Math.PI * place) / (Math.PI * place);
    return (sinc * bessel(BETA * Math.sqrt(1 - (place / REACH) ** 2))) / bessel(BETA);
  });
  const sum = 2 * raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
}

/**
 * Doubles the rate of 16-bit samples piece by piece: each sample stays as it is and gets a neighbour that a windowed sinc makes. What
 * comes out is as long as what went in and no later.
 */
export class Upsampler {
  readonly #channels: number;
  /** The last samples: those that are done, and those that wait for their neighbours. */
  #kept: Int16Array;
  /** Moments of nothing, from before the beginning, that would come out. */
  #skip = REACH;

  /** @param channels - whose samples come in turns. */
  constructor(channels: 1 | 2) {
    this.#channels = channels;
    this.#kept = new Int16Array(2 * REACH * channels);
  }

  /** Takes samples. @returns twice as many, of which some are of the samples before. */
  push(samples: Int16Array): Int16Array {
    const channels = this.#channels;
    const all = new Int16Array(this.#kept.length + samples.length);
    all.set(this.#kept);
    all.set(samples, this.#kept.length);
    this.#kept = all.slice(samples.length);
    const output = new Int16Array(2 * samples.length);
    for (let channel = 0; channel < channels; channel++) double(all, output, channel, channels);
    const cut = Math.min(this.#skip, samples.length / channels);
    this.#skip -= cut;
    return output.subarray(2 * cut * channels);
  }

  /** The samples that still wait. It must not be used afterwards. */
  flush(): Int16Array {
    return this.push(new Int16Array(REACH * this.#channels));
  }
}

function double(all: Int16Array, output: Int16Array, channel: number, channels: number): void {
  const moments = output.length / (2 * channels);
  for (let moment = 0; moment < moments; moment++) {
    const at = (moment + REACH) * channels + channel;
    let sum = 0;
    for (let index = 0; index < REACH; index++) {
      const before = all[at - index * channels] as number;
      const after = all[at + (index + 1) * channels] as number;
      sum += (WEIGHTS[index] as number) * (before + after);
    }
    const place = 2 * moment * channels + channel;
    output[place] = all[at] as number;
    output[place + channels] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
}
