import type { Clock } from './clock.ts';

/** 2026-01-01T00:00:00Z. */
const NEW_YEAR_2026 = 1_767_225_600_000;

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to move, for tests. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #due: Due[] = [];
  readonly #wallStart: number;

  /** @param wallStart - time of day at virtual time 0, in milliseconds since 1970. */
  constructor(wallStart: number = NEW_YEAR_2026) {
    this.#wallStart = wallStart;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#wallStart + this.#now;
  }

  schedule(at: number, run: () => void): Disposable {
    const due: Due = { at: Math.max(at, this.#now), order: this.#order++, run };
    let index = this.#due.length;
    while (index > 0 && (this.#due[index - 1] as Due).at > due.at) index--;
    this.#due.splice(index, 0, due);
    return {
      [Symbol.dispose]: () => {
        const position = this.#due.indexOf(due);
        if (position >= 0) this.#due.splice(position, 1);
      },
    };
  }

  /** How many callbacks wait for their time. Zero at the end of a test that leaks nothing. */
  get pending(): number {
    return this.#due.length;
  }

  /** When the callbacks that wait are due, in order. */
  get dueTimes(): readonly number[] {
    return this.#due.map(({ at }) => at);
  }

  /** When the next callback is due, or `undefined` when none waits. */
  get nextAt(): number | undefined {
    return this.#due[0]?.at;
  }

  /** Moves time forward by `ms`, running what falls due, in order of time and then of scheduling. */
  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /** Moves time forward to `target`; see {@link VirtualClock.advance}. */
  advanceTo(target: number): void {
    for (let next = this.#due[0]; next !== undefined && next.at <= target; next = this.#due[0]) {
      this.#due.shift();
      this.#now = next.at;
      next.run();
    }
    this.#now = Math.max(this.#now, target);
  }
}
