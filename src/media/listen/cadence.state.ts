import type { Run } from './tone-run.state.ts';

/** What tones of busy and congestion are made of: one frequency in this range, or a pair. */
const HERTZ_MIN = 340;
const HERTZ_MAX = 520;
/** Bounds of a tone and of a pause, in milliseconds: congestion is the quicker one (ITU-T E.180, supplement 2). */
const SHORTEST_MS = 150;
const BUSY_FROM_MS = 320;
const LONGEST_MS = 700;
/** How far a length may be from those before it: a part of it, and frames that are cut in two. */
const LENGTH_OFF = 0.2;
const CUT_MS = 50;
const HERTZ_OFF = 20;
/** So many tones in a row make a cadence. */
const TONES = 3;

/** Recognises busy and congestion by the lengths of tones and pauses. */
export class Cadence {
  #tones = 0;
  #onMs = 0;
  #offMs = 0;
  #hertz = 0;
  /** The pause before the tone that sounds now. */
  #pauseMs = 0;

  /** Whether a cadence sounds, and which. */
  get name(): 'BUSY' | 'CONGESTION' | undefined {
    if (this.#tones < TONES) return undefined;
    return (this.#onMs + this.#offMs) / 2 < BUSY_FROM_MS ? 'CONGESTION' : 'BUSY';
  }

  /** How long the last {@link TONES} tones have sounded, with their pauses. */
  get ms(): number {
    return TONES * this.#onMs + (TONES - 1) * this.#offMs;
  }

  /** A tone begins after a pause. */
  pause(ms: number): void {
    this.#pauseMs = ms;
  }

  /** A tone is over. */
  tone({ hertz, isPair, ms }: Run): void {
    if (!isPart(hertz, isPair, ms)) {
      this.reset();
      return;
    }
    const goesOn =
      this.#tones > 0 &&
      Math.abs(hertz - this.#hertz) <= HERTZ_OFF &&
      isLike(ms, this.#onMs) &&
      isLike(this.#pauseMs, this.#tones > 1 ? this.#offMs : this.#onMs);
    this.#tones = goesOn ? this.#tones + 1 : 1;
    if (goesOn) this.#offMs = this.#pauseMs;
    this.#onMs = ms;
    this.#hertz = hertz;
  }

  /** Whether a pause that goes on is too long to be part of it. */
  isTooLong(ms: number): boolean {
    return ms > LONGEST_MS * (1 + LENGTH_OFF);
  }

  reset(): void {
    this.#tones = 0;
  }
}

function isPart(hertz: number, isPair: boolean, ms: number): boolean {
  return (isPair || (hertz >= HERTZ_MIN && hertz <= HERTZ_MAX)) && ms >= SHORTEST_MS && ms <= LONGEST_MS;
}

function isLike(ms: number, other: number): boolean {
  return Math.abs(ms - other) <= Math.max(ms, other) * LENGTH_OFF + CUT_MS;
}
