import type { ToneSequence, ToneStep, ToneWave } from '../../tone-sequence.ts';
import { type Law, PCMU } from '../codec/g711.codec.ts';

const RATE = 8000;
const SAMPLES_PER_MS = RATE / 1000;
/** A second of one hertz: every whole frequency meets it at whole places, so a phase is a number that never drifts. */
const SINE = Float64Array.from({ length: RATE }, (_, index) => Math.sin((2 * Math.PI * index) / RATE));

/**
 * Peak of a sine of 0 dBm0 in 16-bit samples. The overload point is at 3.17 dBm0 in mu-law, where it is 8159 of 14 bits, and at 3.14 dBm0
 * in A-law, where it is 4096 of 13 (ITU-T G.711 §4).
 */
export function peakOf0Dbm0(law: Law): number {
  return law === PCMU ? 4 * 8159 * 10 ** (-3.17 / 20) : 8 * 4096 * 10 ** (-3.14 / 20);
}

interface Voice {
  readonly hertz: number;
  readonly peak: number;
}

interface Part {
  readonly first: Voice;
  readonly second: Voice;
  readonly modulates: boolean;
  readonly samples: number;
}

const QUIET: Voice = { hertz: 0, peak: 0 };

/** Makes a tone as samples at 8000 Hz, for as long as somebody takes them. */
export class ToneGenerator {
  readonly #parts: readonly Part[];
  /** Times that the sequence has still to be begun. */
  #left: number;
  #index = -1;
  #part: Part | undefined;
  /** Samples of the part that are done. */
  #position = 0;
  /** Places in {@link SINE}. */
  #first = 0;
  #second = 0;

  constructor({ steps, repeat }: ToneSequence, law: Law) {
    const unit = peakOf0Dbm0(law);
    this.#parts = steps.filter(({ duration }) => duration > 0).map((step) => partOf(step, unit));
    this.#left = repeat;
    this.#advance();
  }

  /** Writes the next samples. @returns how many: fewer than there is room for when the tone ends, then none. */
  take(into: Int16Array): number {
    let done = 0;
    while (done < into.length) {
      const part = this.#part;
      if (!part) break;
      const count = Math.min(into.length - done, part.samples - this.#position);
      this.#write(part, into, done, count);
      done += count;
      this.#position += count;
      if (this.#position === part.samples) this.#advance();
    }
    return done;
  }

  #write({ first, second, modulates }: Part, into: Int16Array, offset: number, count: number): void {
    if (first.peak === 0 && second.peak === 0) {
      into.fill(0, offset, offset + count);
      return;
    }
    let one = this.#first;
    let two = this.#second;
    const depth = modulates ? second.peak / first.peak : 0;
    for (let index = offset; index < offset + count; index++) {
      const carrier = first.peak * (SINE[one] as number);
      const other = SINE[two] as number;
      into[index] = Math.round(modulates ? carrier * (1 + depth * other) : carrier + second.peak * other);
      one = (one + first.hertz) % RATE;
      two = (two + second.hertz) % RATE;
    }
    this.#first = one;
    this.#second = two;
  }

  /** Goes to the next part. A wave that sounds on keeps its phase; one that begins does so at zero, without a click. */
  #advance(): void {
    const before = this.#part;
    this.#position = 0;
    this.#index++;
    if (!before || this.#index === this.#parts.length) {
      this.#index = 0;
      this.#part = this.#left > 0 ? this.#parts[0] : undefined;
      this.#left--;
    } else {
      this.#part = this.#parts[this.#index];
    }
    if (before?.first.hertz !== this.#part?.first.hertz) this.#first = 0;
    if (before?.second.hertz !== this.#part?.second.hertz) this.#second = 0;
  }
}

function partOf({ waves = [], duration, add }: ToneStep, unit: number): Part {
  return {
    first: voiceOf(waves[0], unit),
    second: voiceOf(waves[1], unit),
    modulates: add === 'modulation' && waves.length === 2,
    samples: duration * SAMPLES_PER_MS,
  };
}

function voiceOf(wave: ToneWave | undefined, unit: number): Voice {
  if (!wave || wave.frequency === 0 || wave.frequency >= RATE / 2) return QUIET;
  return { hertz: wave.frequency, peak: unit * 10 ** (-wave.amplitude / 20) };
}
