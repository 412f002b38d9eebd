import { createRequire } from 'node:module';
import type speex from 'speex-resampler';

const OUT_RATE = 8000;
const QUALITY = 7;
/** Half the filter of quality 7, in samples of the slower of the two rates: how much later sound comes out than in. */
const HALF_FILTER = 64;

/** How much input, in samples of the slower of the two rates, has a share in a sample of the output. */
export const RESAMPLER_REACH = 2 * HALF_FILTER;

type SpeexModule = typeof speex;
type SpeexResampler = InstanceType<SpeexModule['default']>;

let loading: Promise<SpeexModule> | undefined;

/**
 * Loads the package on first use. It puts handlers for uncaught exceptions and unhandled rejections on `process`
 * while it loads; those belong to the application, so they are taken off again. That is why it is loaded by a
 * synchronous `require`: nobody else can add a handler meanwhile.
 */
function load(): Promise<SpeexModule> {
  loading ??= (async () => {
    const events = ['uncaughtException', 'unhandledRejection'] as const;
    const before = events.map((event) => new Set<unknown>(process.listeners(event as 'beforeExit')));
    const loaded = createRequire(import.meta.url)('speex-resampler') as SpeexModule;
    events.forEach((event, index) => {
      for (const listener of process.listeners(event as 'beforeExit')) {
        if (!before[index]?.has(listener)) process.off(event, listener);
      }
    });
    await loaded.default.initPromise;
    return loaded;
  })();
  return loading;
}

/** Instances that nobody uses now, by input rate: the package cannot free one, so they are used again. */
const idle = new Map<number, SpeexResampler[]>();

/**
 * Brings mono 16-bit samples of any rate to 8 kHz, piece by piece. What comes out has the length of what went in: the
 * delay of the filter is cut off at the beginning and pushed out at the end.
 */
export class Resampler {
  readonly #speex: SpeexResampler;
  readonly #inRate: number;
  /** Pieces are whole multiples of this, for which the output has a whole number of samples. */
  readonly #unit: number;
  #rest: Int16Array = new Int16Array(0);
  #taken = 0;
  #given = 0;
  /** Samples of the filter's delay that are still to be cut off. */
  #skip: number;

  private constructor(speex: SpeexResampler, inRate: number) {
    this.#speex = speex;
    this.#inRate = inRate;
    this.#unit = resamplerGrid(inRate).input;
    this.#skip = Math.round((HALF_FILTER * OUT_RATE) / Math.min(inRate, OUT_RATE));
  }

  static async open(inRate: number): Promise<Resampler> {
    const waiting = idle.get(inRate)?.pop();
    if (waiting) return new Resampler(waiting, inRate);
    const { default: Speex } = await load();
    return new Resampler(new Speex(1, inRate, OUT_RATE, QUALITY), inRate);
  }

  /** Takes the next samples; what does not make a whole unit waits for the next call. */
  push(samples: Int16Array): Int16Array {
    this.#taken += samples.length;
    return this.#give(this.#run(samples));
  }

  /** The samples that are still inside. */
  flush(): Int16Array {
    const missing = Math.round((this.#taken * OUT_RATE) / this.#inRate) - this.#given;
    const output = this.#give(this.#run(new Int16Array(this.#delay() + this.#unit)));
    return output.subarray(0, missing);
  }

  /** Hands the instance back, emptied of sound. The resampler must not be used afterwards. */
  release(): void {
    this.#run(new Int16Array(2 * this.#delay() + this.#unit));
    const instances = idle.get(this.#inRate);
    if (instances) instances.push(this.#speex);
    else idle.set(this.#inRate, [this.#speex]);
  }

  /** Delay of the filter in samples of the input, and a little more. */
  #delay(): number {
    return Math.ceil((HALF_FILTER * this.#inRate) / Math.min(this.#inRate, OUT_RATE)) + this.#unit;
  }

  #give(output: Int16Array): Int16Array {
    const cut = Math.min(this.#skip, output.length);
    this.#skip -= cut;
    this.#given += output.length - cut;
    return output.subarray(cut);
  }

  #run(samples: Int16Array): Int16Array {
    let input = samples;
    if (this.#rest.length > 0) {
      input = new Int16Array(this.#rest.length + samples.length);
      input.set(this.#rest);
      input.set(samples, this.#rest.length);
    }
    const whole = input.length - (input.length % this.#unit);
    this.#rest = input.slice(whole);
    if (whole === 0) return new Int16Array(0);
    const output = this.#speex.processChunk(Buffer.from(input.buffer, input.byteOffset, whole * 2));
    return new Int16Array(output.buffer, output.byteOffset, output.byteLength >> 1);
  }
}

/** The fewest samples that become a whole number of samples, and how many these are. */
export function resamplerGrid(inRate: number): { readonly input: number; readonly output: number } {
  const common = greatestCommonDivisor(inRate, OUT_RATE);
  return { input: inRate / common, output: OUT_RATE / common };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
