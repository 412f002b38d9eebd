/** Calls are spread over this many moments of the 20 ms, one a millisecond, so that they do not send all at once. */
export const PHASES = 20;
const PERIOD_MS = 20;
/** Timers fire at whole milliseconds of their own count, so a little early counts as in time. */
const EARLY_MS = 0.5;
/** After a stall at most this many frames are sent at once; the rest of the time is skipped. */
const MAX_BURST = 3;
/** A new call gets one of the phases of so many coming milliseconds, so that it need not wait for its first packet. */
const LOOK_AHEAD = 8;

/** What one phase has to do now: a frame. */
export interface PhaseWork {
  phase: number;
  /** Frames whose time has passed without being made; they come before it. */
  skipped: number;
}

/**
 * When which calls make their frames: a fixed grid of absolute times, so that lateness never adds up. Only phases that
 * have calls are looked at, and without calls there is no next time.
 */
export class PhaseSchedule {
  readonly #epoch: number;
  readonly #members = new Uint32Array(PHASES);
  readonly #dueAt = new Float64Array(PHASES);

  constructor(now: number) {
    this.#epoch = now;
  }

  /** Takes a new call in and returns its phase: the least busy one that comes soon. */
  add(now: number): number {
    const first = Math.floor(now - this.#epoch) + 1;
    let best = first;
    for (let candidate = first + 1; candidate < first + LOOK_AHEAD; candidate++) {
      if (this.#count(candidate % PHASES) < this.#count(best % PHASES)) best = candidate;
    }
    const phase = best % PHASES;
    if (this.#count(phase) === 0) this.#dueAt[phase] = this.#epoch + best;
    this.#members[phase] = this.#count(phase) + 1;
    return phase;
  }

  remove(phase: number): void {
    this.#members[phase] = this.#count(phase) - 1;
  }

  /** When there is something to do next, or `undefined` while there are no calls. */
  get nextAt(): number | undefined {
    const phase = this.#earliest();
    return phase < 0 ? undefined : this.#dueAt[phase];
  }

  /**
   * Takes the earliest frame that is due. So after a stall the phases take turns as they always do, and calls that hear each other do not
   * miss what others say in frames that are made up for.
   *
   * @returns false when none is due yet
   */
  take(now: number, into: PhaseWork): boolean {
    const phase = this.#earliest();
    if (phase < 0) return false;
    const dueAt = this.#dueAt[phase] as number;
    if (dueAt > now + EARLY_MS) return false;
    const due = Math.floor((now + EARLY_MS - dueAt) / PERIOD_MS) + 1;
    into.phase = phase;
    into.skipped = Math.max(0, due - MAX_BURST);
    this.#dueAt[phase] = dueAt + (into.skipped + 1) * PERIOD_MS;
    return true;
  }

  #count(phase: number): number {
    return this.#members[phase] as number;
  }

  #earliest(): number {
    let earliest = -1;
    let at = Number.POSITIVE_INFINITY;
    for (let phase = 0; phase < PHASES; phase++) {
      if (this.#count(phase) > 0 && (this.#dueAt[phase] as number) < at) {
        earliest = phase;
        at = this.#dueAt[phase] as number;
      }
    }
    return earliest;
  }
}
