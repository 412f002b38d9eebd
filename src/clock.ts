/** Time, as every shell of the library sees it. Pure code takes `now` as an argument instead. */
export interface Clock {
  /** Monotonic time in milliseconds, with fractions. Not the time of day. */
  now(): number;
  /** Time of day in milliseconds since 1970, for the wire and for files. */
  wallNow(): number;
  /** Runs `run` once when `now()` has reached `at`. Disposing cancels it. */
  schedule(at: number, run: () => void): Disposable;
}

class Timer implements Disposable {
  readonly #handle: NodeJS.Timeout;

  constructor(delay: number, run: () => void) {
    this.#handle = setTimeout(run, delay);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
  }
}

/** The clock of the machine. The only place that touches real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  // Whole milliseconds: Node keeps one list per distinct delay, so fractions would make a list per timer.
  schedule: (at, run) => new Timer(Math.max(0, Math.ceil(at - performance.now())), run),
};

/** A time of day in milliseconds since 1970, as text: ISO 8601, in UTC. */
export function isoTime(wall: number): string {
  return new Date(wall).toISOString();
}

/** A time of day as JavaScript has it: a `Date`. Named here, where time comes from. */
export type DateTime = Date;

/** A time of day in milliseconds since 1970 as a `Date`. */
export function dateAt(wall: number): DateTime {
  return new Date(wall);
}

/** The time of day that a text says; undefined when it says none. */
export function dateOf(text: string): DateTime | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
