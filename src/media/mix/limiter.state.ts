/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** No sum of voices is louder: -0.5 dB. The loudest codes of G.711 lie above. */
const CEILING = 31_000;
/** The most that a sample can be. */
export const FULL_SCALE = 32_767;
/** Samples of a step, 2 ms: the gain falls over one of them, and is the same or rises slowly over the others. */
const STEP = 16;
const STEPS = FRAME / STEP;
/** What is missing of the full gain comes back by this much with each step: within a second nearly all of it. */
const RELEASE = 0.008;
/** From here on the gain is full. */
const FULL = 0.999;

/** The gain at the beginning of each step and at the end of the last one; shared by all. */
const GAINS = new Float64Array(STEPS + 1);

/**
 * Keeps a sum of voices below what samples can hold. It sees a frame before it goes out, so it has become quieter when the loud part comes;
 * afterwards it comes back slowly. What is not too loud goes through unchanged.
 */
export class Limiter {
  #gain = 1;

  /** Whether it changes nothing just now. */
  get isAtRest(): boolean {
    return this.#gain === 1;
  }

  /** Lets a frame pass without its help. */
  rest(): void {
    if (this.#gain === 1) return;
    for (let step = 0; step < STEPS; step++) this.#gain = released(this.#gain);
  }

  /**
   * Writes a frame that fits.
   *
   * @param ceiling - how loud it may be; one voice by itself may be as loud as there is
   */
  apply(sum: Int32Array, into: Int16Array, ceiling: number = CEILING): void {
    if (!this.#plan(sum, ceiling)) {
      for (let index = 0; index < FRAME; index++) into[index] = sum[index] as number;
      return;
    }
    for (let step = 0; step < STEPS; step++) {
      let gain = GAINS[step] as number;
      const slope = ((GAINS[step + 1] as number) - gain) / STEP;
      for (let index = step * STEP; index < (step + 1) * STEP; index++) {
        gain += slope;
        const value = Math.round((sum[index] as number) * gain);
        // Only a frame that is loud from its first sample on can still be above: it had no time to become quieter before.
        into[index] = value > ceiling ? ceiling : value < -ceiling ? -ceiling : value;
      }
    }
  }

  /** Says how the gain goes through the frame. @returns false when it is full all the time. */
  #plan(sum: Int32Array, ceiling: number): boolean {
    let isFull = this.#gain === 1;
    for (let step = 0; step < STEPS; step++) {
      const allowed = Math.min(1, ceiling / peak(sum, step * STEP));
      // Lower at both ends of a step that is loud.
      GAINS[step] = step === 0 ? this.#gain : Math.min(GAINS[step] as number, allowed);
      GAINS[step + 1] = Math.min(released(GAINS[step] as number), allowed);
      if (allowed < 1) isFull = false;
    }
    this.#gain = isFull ? 1 : (GAINS[STEPS] as number);
    return !isFull;
  }
}

function released(gain: number): number {
  const next = gain + (1 - gain) * RELEASE;
  return next > FULL ? 1 : next;
}

function peak(sum: Int32Array, from: number): number {
  let loudest = 0;
  for (let index = from; index < from + STEP; index++) {
    const sample = sum[index] as number;
    if (sample > loudest) loudest = sample;
    else if (-sample > loudest) loudest = -sample;
  }
  return loudest;
}
