import { COLUMNS, ROWS } from '../../keypad.ts';

/** Samples that are added up to one. At 8000 Hz the keys are far enough below the half of what is left, which takes half the time. */
const FOLD = 2;
const GLANCE_STEP = 3;

/** Four frequencies, so that their recurrences run side by side and none waits for itself. */
class Group {
  /** The power at each frequency, as a mean square. */
  readonly powers: Float64Array = new Float64Array(4);
  readonly #coefficients: Float64Array;
  readonly #scales: Float64Array;

  constructor(frequencies: readonly number[], rate: number, length: number) {
    this.#coefficients = Float64Array.from(frequencies, (hz) => 2 * Math.cos((2 * Math.PI * hz * FOLD) / rate));
    // Adding samples up weakens the higher frequencies: that is taken back here.
    this.#scales = Float64Array.from(frequencies, (hz) => {
      const half = (Math.PI * hz) / rate;
      return 2 / ((length * Math.sin(half * FOLD)) / Math.sin(half)) ** 2;
    });
  }

  /** Measures the powers. @returns which of the four is the strongest. */
  measure(samples: Float64Array): number {
    const coefficients = this.#coefficients;
    const c0 = coefficients[0] as number;
    const c1 = coefficients[1] as number;
    const c2 = coefficients[2] as number;
    const c3 = coefficients[3] as number;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (let index = 0; index < samples.length; index += 2) {
      const first = samples[index] as number;
      b0 = first + c0 * a0 - b0;
      b1 = first + c1 * a1 - b1;
      b2 = first + c2 * a2 - b2;
      b3 = first + c3 * a3 - b3;
      const second = samples[index + 1] as number;
      a0 = second + c0 * b0 - a0;
      a1 = second + c1 * b1 - a1;
      a2 = second + c2 * b2 - a2;
      a3 = second + c3 * b3 - a3;
    }
    const { powers } = this;
    powers[0] = a0 * a0 + b0 * b0 - c0 * a0 * b0;
    powers[1] = a1 * a1 + b1 * b1 - c1 * a1 * b1;
    powers[2] = a2 * a2 + b2 * b2 - c2 * a2 * b2;
    powers[3] = a3 * a3 + b3 * b3 - c3 * a3 * b3;
    let strongest = 0;
    for (let index = 0; index < 4; index++) {
      powers[index] = (powers[index] as number) * (this.#scales[index] as number);
      if ((powers[index] as number) > (powers[strongest] as number)) strongest = index;
    }
    return strongest;
  }
}

/** A first, rough look at a frame: how loud it is, and which row and which column are the strongest in it. */
export class Goertzel {
  /** Mean square of the frame, and what of it the strongest column and row have. */
  power = 0;
  columnPower = 0;
  rowPower = 0;
  column = 0;
  row = 0;
  readonly #folded: Float64Array;
  readonly #rows: Group;
  readonly #columns: Group;

  /**
   * @param rate - samples in a second, 8000 at least.
   * @param length - samples in a frame, a multiple of four.
   */
  constructor(rate: number, length: number) {
    this.#folded = new Float64Array(length / FOLD);
    this.#rows = new Group(ROWS, rate, this.#folded.length);
    this.#columns = new Group(COLUMNS, rate, this.#folded.length);
  }

  /**
   * Mean square of every third sample: near enough to tell tones from quiet. At a third of 8000 Hz the columns turn up as other frequencies,
   * but on none of the rows, as they would at a quarter.
   */
  glance(frame: Int16Array): number {
    let energy = 0;
    for (let index = 0; index < frame.length; index += GLANCE_STEP) {
      const sample = frame[index] as number;
      energy += sample * sample;
    }
    return (GLANCE_STEP * energy) / frame.length;
  }

  /** Measures a frame. */
  weigh(frame: Int16Array): void {
    const folded = this.#folded;
    let energy = 0;
    for (let index = 0; index < folded.length; index++) {
      const first = frame[FOLD * index] as number;
      const second = frame[FOLD * index + 1] as number;
      energy += first * first + second * second;
      folded[index] = first + second;
    }
    this.power = energy / frame.length;
  }

  /** Finds the strongest column of the frame that was weighed last. */
  scanColumns(): void {
    this.column = this.#columns.measure(this.#folded);
    this.columnPower = this.#columns.powers[this.column] as number;
  }

  /** Finds the strongest row. */
  scanRows(): void {
    this.row = this.#rows.measure(this.#folded);
    this.rowPower = this.#rows.powers[this.row] as number;
  }
}
