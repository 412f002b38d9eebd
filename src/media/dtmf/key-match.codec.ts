import { COLUMNS, ROWS } from '../../keypad.ts';
import { TonePair } from './tone-pair.codec.ts';

/** Blocks of 5 ms in a frame of 20 ms. */
const BLOCKS = 4;
/**
 * Blocks that must agree: 30 ms. A tone of 40 ms holds so many however it lies to the frames; none shorter than 23 ms does, which must not
 * count (ITU-T Q.24).
 */
const WINDOW = 6;

const power = (dB: number): number => 10 ** (dB / 10);
/** Amplitude of 0 dBm0 in 16-bit samples; the two laws agree within 0.1 dB (ITU-T G.711). */
const DBM0 = 22_750;
/** Square of the amplitude that the stronger tone must have: -30 dBm0. At -25 dBm0 it must be heard. */
export const LEAST_POWER: number = DBM0 ** 2 * power(-30);
/** How much louder one tone may be. 4 dB for the high one and 8 dB for the low one must pass (ITU-T Q.24), with noise too. */
const HIGH_TWIST = power(6);
const LOW_TWIST = power(10);
/** How far off a frequency may be: 1.5 % must pass, 3.5 % must not (ITU-T Q.24). */
const MAX_DEVIATION = 0.022;
/** Part of the power that may be something else than the two tones. Noise 15 dB below them is 0.03. */
const MAX_RESIDUE = 0.16;
/** The weakest block of a window must have this part of the power of the strongest. */
const STEADY = 0.25;
/** A block still belongs to a press when both tones have this part of the power that they had. */
const STILL_THERE = power(-9);

/** The same angle, from -π to π. */
function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** The amplitudes of one tone in the blocks of two frames, as complex numbers. */
class Track {
  readonly cos: Float64Array = new Float64Array(2 * BLOCKS);
  readonly sin: Float64Array = new Float64Array(2 * BLOCKS);
  /** What {@link Track.measureTurn} has found, in radians. */
  turn = 0;

  /** Whether the tone is about as strong all through a window. */
  isSteady(from: number): boolean {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let block = from; block < from + WINDOW; block++) {
      const strength = this.power(block);
      least = Math.min(least, strength);
      most = Math.max(most, strength);
    }
    return least >= STEADY * most;
  }

  /** Measures how far the phase turns from block to block. */
  measureTurn(from: number): void {
    let real = 0;
    let imaginary = 0;
    for (let block = from; block < from + WINDOW - 1; block++) {
      const cos = this.cos[block] as number;
      const sin = this.sin[block] as number;
      const nextCos = this.cos[block + 1] as number;
      const nextSin = this.sin[block + 1] as number;
      real += nextCos * cos + nextSin * sin;
      imaginary += nextCos * sin - nextSin * cos;
    }
    this.turn = Math.atan2(imaginary, real);
  }

  power(block: number): number {
    return (this.cos[block] as number) ** 2 + (this.sin[block] as number) ** 2;
  }
}

/**
 * The close look at two frames: whether a key sounds in them. Blocks of 5 ms are fitted each for itself. How their phases follow each
 * other gives the frequencies, to a hertz; what a fit of these to the whole window leaves over says how pure the tones are.
 */
export class KeyMatch {
  /** Squares of the amplitudes that were found, of the low tone and of the high one. */
  readonly powers: Float64Array = new Float64Array(2);
  readonly #rate: number;
  readonly #block: number;
  /** Fits to a block, by key. */
  readonly #pairs: readonly (readonly TonePair[])[];
  readonly #window: TonePair;
  readonly #low = new Track();
  readonly #high = new Track();

  /** @param rate - samples in a second. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#block = rate / 200;
    this.#window = new TonePair(WINDOW * this.#block);
    this.#pairs = ROWS.map((low) =>
      COLUMNS.map((high) => {
        const pair = new TonePair(this.#block);
        pair.angles[0] = this.#angle(low);
        pair.angles[1] = this.#angle(high);
        pair.tune();
        return pair;
      }),
    );
  }

  /** Whether the key sounds in `samples`, which are two frames, for long enough to be a press. */
  find(samples: Int16Array, row: number, column: number): boolean {
    this.#fitBlocks(samples, row, column);
    for (let from = 0; from <= 2 * BLOCKS - WINDOW; from++) {
      if (this.#low.isSteady(from) && this.#high.isSteady(from) && this.#fits(samples, row, column, from)) return true;
    }
    return false;
  }

  /**
   * Follows a press through a frame.
   *
   * @param powers - what {@link KeyMatch.powers} were when it was found.
   * @param gap - blocks since the key sounded last.
   * @param most - gap that ends the press: nothing is looked for after it.
   * @returns the gap at the end of the frame.
   */
  follow(frame: Int16Array, row: number, column: number, powers: Float64Array, gap: number, most: number): number {
    const low = STILL_THERE * (powers[0] as number);
    const high = STILL_THERE * (powers[1] as number);
    this.#fitBlocks(frame, row, column);
    let now = gap;
    for (let block = 0; block < BLOCKS && now < most; block++) {
      const sounds = this.#low.power(block) >= low && this.#high.power(block) >= high;
      now = sounds ? 0 : now + 1;
    }
    return now;
  }

  #fitBlocks(samples: Int16Array, row: number, column: number): void {
    const pair = (this.#pairs[row] as readonly TonePair[])[column] as TonePair;
    for (let block = 0; (block + 1) * this.#block <= samples.length; block++) {
      pair.fit(samples, block * this.#block);
      this.#low.cos[block] = pair.lowCos;
      this.#low.sin[block] = pair.lowSin;
      this.#high.cos[block] = pair.highCos;
      this.#high.sin[block] = pair.highSin;
    }
  }

  #fits(samples: Int16Array, row: number, column: number, from: number): boolean {
    const low = this.#angle(ROWS[row] as number);
    const high = this.#angle(COLUMNS[column] as number);
    this.#low.measureTurn(from);
    this.#high.measureTurn(from);
    const lowOff = wrapped(this.#low.turn - low * this.#block) / this.#block;
    const highOff = wrapped(this.#high.turn - high * this.#block) / this.#block;
    if (Math.abs(lowOff) > MAX_DEVIATION * low || Math.abs(highOff) > MAX_DEVIATION * high) return false;

    const start = from * this.#block;
    const count = WINDOW * this.#block;
    this.#window.angles[0] = low + lowOff;
    this.#window.angles[1] = high + highOff;
    this.#window.tune();
    this.#window.fit(samples, start);
    let energy = 0;
    for (let index = start; index < start + count; index++) energy += (samples[index] as number) ** 2;
    if (energy - this.#window.energy > MAX_RESIDUE * energy) return false;

    const lowPower = this.#window.lowPower;
    const highPower = this.#window.highPower;
    this.powers[0] = lowPower;
    this.powers[1] = highPower;
    if (Math.max(lowPower, highPower) < LEAST_POWER) return false;
    return highPower <= HIGH_TWIST * lowPower && lowPower <= LOW_TWIST * highPower;
  }

  #angle(hz: number): number {
    return (2 * Math.PI * hz) / this.#rate;
  }
}
