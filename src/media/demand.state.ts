/** As many of the last calls tell how many there will be. */
const LAST_CALLS = 8;
/** Ports are open for the calls of the next so many milliseconds. */
const AHEAD_MS = 50;
/** But never more pairs than these. */
const MOST_AHEAD = 8;

/** How often calls come, and so how many pairs of ports to have open before they are asked for: none at less than ten calls a second. */
export class Demand {
  readonly #times = new Float64Array(LAST_CALLS).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** A call has taken its ports. @returns how many pairs to have open for those to come. */
  taken(now: number): number {
    const passed = now - (this.#times[this.#next] as number);
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % LAST_CALLS;
    return Math.min(MOST_AHEAD, Math.floor((LAST_CALLS * AHEAD_MS) / passed));
  }
}
