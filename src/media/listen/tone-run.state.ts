const FRAME_MS = 20;
/** How far a frame may be off and still belong to the tone. */
const HERTZ_OFF = 20;
const TIMES_LOUDER = 4;
/** Frames in a row within a tone that may be something else: the phase of ANSam turns round every 450 ms (ITU-T V.8). */
const GAP_FRAMES = 2;

/** A tone that is or was steady: one of a frequency, or the pair of which busy is made. */
export interface Run {
  hertz: number;
  isPair: boolean;
  /** How much of it has sounded. */
  ms: number;
}

/** Puts frames of the same tone together. */
export class ToneRun {
  /** The one that sounds now; its length is 0 when none does. */
  readonly now: Run = { hertz: 0, isPair: false, ms: 0 };
  /** The one before it. */
  readonly before: Run = { hertz: 0, isPair: false, ms: 0 };
  #power = 0;
  #gap = 0;

  /** Takes a frame of 20 ms that is a tone. @returns whether the tone before it is over now. */
  tone(hertz: number, isPair: boolean, power: number): boolean {
    const { now } = this;
    const isSame =
      now.ms > 0 &&
      isPair === now.isPair &&
      Math.abs(hertz - now.hertz) <= HERTZ_OFF &&
      power <= this.#power * TIMES_LOUDER &&
      power >= this.#power / TIMES_LOUDER;
    if (isSame) {
      // The more it has sounded, the better it is known; what is left of a mean of ten.
      const weight = Math.max(0.1, FRAME_MS / (now.ms + FRAME_MS));
      now.hertz += (hertz - now.hertz) * weight;
      this.#power += (power - this.#power) * weight;
      now.ms += FRAME_MS;
      this.#gap = 0;
      return false;
    }
    const isOver = this.#end();
    now.hertz = hertz;
    now.isPair = isPair;
    now.ms = FRAME_MS;
    this.#power = power;
    return isOver;
  }

  /** Takes a frame that is none. @returns whether the tone is over now. */
  other(): boolean {
    if (this.now.ms === 0) return false;
    return ++this.#gap > GAP_FRAMES && this.#end();
  }

  /** For how long there has been something else, while a tone is not over. */
  get gapMs(): number {
    return this.#gap * FRAME_MS;
  }

  #end(): boolean {
    this.#gap = 0;
    if (this.now.ms === 0) return false;
    Object.assign(this.before, this.now);
    this.now.ms = 0;
    return true;
  }
}
