import { bessel } from '../codec/bessel.codec.ts';

/** Samples per second of the telephone network, which everything else is a multiple of. */
const BASE_RATE = 8000;
/**
 * Half the length of the filter in samples of 8 kHz, which is its delay: 2 ms. With this window what lies beyond 4.6 kHz is damped by
 * 70 dB, and what lies below 3.4 kHz is left as it is.
 */
const HALF = 16;
const TAPS = 2 * HALF;
/** Shape of the Kaiser window for 70 dB (A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, §7.5.3). */
const BETA = 0.1102 * (70 - 8.7);

/** Brings samples to 8 kHz, piece by piece. */
export interface Downsampling {
  /** Converts the next samples. What is returned may be what was given. */
  push(samples: Int16Array): Int16Array;
  /** The samples that are still inside. What is pushed after that has nothing to do with what was before. */
  drain(): Int16Array;
}

/** Brings 8 kHz to a higher rate, piece by piece. */
export interface Upsampling {
  /** Converts the next samples. What is returned may be what was given. */
  push(samples: Int16Array): Int16Array;
}

const NOTHING = new Int16Array(0);

/** The coefficients at a multiple of 8 kHz. Their sum is that multiple. */
function filterFor(factor: number): Float64Array {
  const half = HALF * factor;
  // Even in length, so that each of the phases has the same number; the last one is zero.
  return Float64Array.from({ length: 2 * half }, (_, index) => {
    const distance = (index - half) / factor;
    const edge = (index - half) / half;
    const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
    return (sinc * bessel(BETA * Math.sqrt(1 - edge * edge))) / bessel(BETA);
  });
}

const FILTERS = new Map<number, Float64Array>();

function sharedFilter(factor: number): Float64Array {
  let filter = FILTERS.get(factor);
  if (!filter) {
    filter = filterFor(factor);
    FILTERS.set(factor, filter);
  }
  return filter;
}

function clip(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : Math.round(value);
}

/** Brings 8 kHz to a multiple of it. As much comes out as was put in, 2 ms later. */
class Interpolator implements Upsampling {
  readonly #factor: number;
  readonly #filter: Float64Array;
  /** The last samples that were put in, and after them those that are being put in. */
  #work = new Float64Array(TAPS);

  constructor(rate: number) {
    this.#factor = rate / BASE_RATE;
    this.#filter = sharedFilter(this.#factor);
  }

  push(samples: Int16Array): Int16Array<ArrayBuffer> {
    const factor = this.#factor;
    const filter = this.#filter;
    const count = samples.length;
    if (this.#work.length < TAPS + count) {
      const larger = new Float64Array(TAPS + count);
      larger.set(this.#work.subarray(0, TAPS));
      this.#work = larger;
    }
    const work = this.#work;
    work.set(samples, TAPS);
    const output = new Int16Array(count * factor);
    for (let index = 0; index < count; index++) {
      for (let phase = 0; phase < factor; phase++) {
        let sum = 0;
        for (let tap = 0; tap < TAPS; tap++) {
          sum += (work[index + TAPS - tap] as number) * (filter[tap * factor + phase] as number);
        }
        output[index * factor + phase] = clip(sum);
      }
    }
    work.copyWithin(0, count, count + TAPS);
    return output;
  }
}

/** Brings a multiple of 8 kHz to 8 kHz. What comes out between two drains has the length of what went in, without the delay. */
class Decimator implements Downsampling {
  readonly #factor: number;
  readonly #filter: Float64Array;
  readonly #past: Float64Array;
  /** Samples that do not make a whole one of 8 kHz yet are part of the past, and counted here. */
  #open = 0;
  /** Since the last drain. */
  #taken = 0;
  #given = 0;
  /** What is still to be cut off at the beginning: the delay. */
  #skip = HALF;

  constructor(rate: number) {
    this.#factor = rate / BASE_RATE;
    this.#filter = sharedFilter(this.#factor);
    this.#past = new Float64Array(this.#filter.length + this.#factor);
  }

  push(samples: Int16Array): Int16Array {
    this.#taken += samples.length;
    const output = this.#run(samples);
    const cut = Math.min(this.#skip, output.length);
    this.#skip -= cut;
    this.#given += output.length - cut;
    return cut > 0 ? output.subarray(cut) : output;
  }

  drain(): Int16Array {
    const missing = Math.round(this.#taken / this.#factor) - this.#given;
    const tail = missing > 0 ? this.#run(new Int16Array((HALF + 1) * this.#factor)) : NOTHING;
    const last = tail.subarray(this.#skip, this.#skip + missing);
    this.#past.fill(0);
    this.#open = 0;
    this.#taken = 0;
    this.#given = 0;
    this.#skip = HALF;
    return last;
  }

  #run(samples: Int16Array): Int16Array {
    const factor = this.#factor;
    const filter = this.#filter;
    const { length } = this.#past;
    const work = new Float64Array(length + samples.length);
    work.set(this.#past);
    work.set(samples, length);
    const count = Math.floor((this.#open + samples.length) / factor);
    const output = new Int16Array(count);
    const first = length - this.#open;
    for (let index = 0; index < count; index++) {
      const at = first + index * factor;
      let sum = 0;
      for (let tap = 0; tap < filter.length; tap++) sum += (work[at - tap] as number) * (filter[tap] as number);
      output[index] = clip(sum / factor);
    }
    this.#open = this.#open + samples.length - count * factor;
    this.#past.set(work.subarray(samples.length));
    return output;
  }
}

const UNCHANGED: Downsampling = { push: (samples) => samples, drain: () => NOTHING };

/** What brings samples of this rate, a multiple of 8000, to 8 kHz. */
export function downsampling(rate: number): Downsampling {
  return rate === BASE_RATE ? UNCHANGED : new Decimator(rate);
}

/** What brings samples of 8 kHz to this rate, a multiple of 8000. */
export function upsampling(rate: number): Upsampling {
  return rate === BASE_RATE ? UNCHANGED : new Interpolator(rate);
}
