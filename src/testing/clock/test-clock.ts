import { setImmediate, setTimeout } from 'node:timers';
import { type Clock, systemClock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** Who moves the time of a test. */
export type TimeMode = 'automatic' | 'manual';

/** How a test clock goes. */
export interface TestClockOptions {
  /** `'automatic'` (the default): time jumps to what is due next whenever nothing can happen without it. `'manual'`: it stands still. */
  time?: TimeMode | undefined;
  /** How far automatic time goes in milliseconds before it is taken for an endless loop. Default a day. */
  limit?: number | undefined;
}

/** A day: longer than any call, and a loop that waits a second each time reaches it in about a second. */
const DEFAULT_LIMIT_MS = 86_400_000;
/** How long nothing may be due, in real milliseconds, before what is waited for is taken to be never. */
const PATIENCE_MS = 1000;

/**
 * The time of a test: it costs no time to pass. What is due runs in order of its time, and between two moments everything that needs
 * no time gets its turn, whatever it awaits.
 *
 * @example
 * ```ts
 * const clock = new TestClock({ time: 'manual' });
 * clock.schedule(clock.now() + 500, () => console.log('due'));
 * await clock.advance(500);
 * ```
 */
export class TestClock implements Clock {
  readonly #clock = new VirtualClock();
  readonly #limit: number;
  #mode: TimeMode;
  /** How much real work is under way that time has to wait for. */
  #holds = 0;
  /** How many calls of this class move time by hand. */
  #driven = 0;
  #isPumping = false;
  readonly #onChange = new Set<() => void>();

  /** @throws ChannelError `INVALID_ARGUMENT`. */
  constructor({ time = 'automatic', limit = DEFAULT_LIMIT_MS }: TestClockOptions = {}) {
    if (time !== 'automatic' && time !== 'manual') {
      throw new ChannelError('INVALID_ARGUMENT', `time must be 'automatic' or 'manual', not ${shown(time)}`);
    }
    checkTimeout(limit, 'limit');
    this.#mode = time;
    this.#limit = limit;
  }

  /** Milliseconds since the beginning of the test. */
  now(): number {
    return this.#clock.now();
  }

  wallNow(): number {
    return this.#clock.wallNow();
  }

  schedule(at: number, run: () => void): Disposable {
    const due = this.#clock.schedule(at, run);
    this.#changed();
    return due;
  }

  /** How many callbacks wait for their time. Zero at the end of a test that leaks nothing. */
  get pending(): number {
    return this.#clock.pending;
  }

  /** When the next callback is due, or `undefined` when none waits. */
  get nextAt(): number | undefined {
    return this.#clock.nextAt;
  }

  /** Who moves the time; may be changed in the middle of a test. */
  get time(): TimeMode {
    return this.#mode;
  }

  set time(mode: TimeMode) {
    this.#mode = mode;
    this.#changed();
  }

  /**
   * Keeps time from passing until what is returned is disposed of: for real work that the test does meanwhile, such as reading a
   * file.
   */
  hold(): Disposable {
    this.#holds++;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#holds--;
        held = false;
        this.#changed();
      },
    };
  }

  /** Awaits real work, for example `clock.during(readFile(path))`; time stands still until it is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    using _ = this.hold();
    return await work;
  }

  /** Lets so many milliseconds pass, with everything that happens in them. Time stands there until the test goes on, in either mode. */
  async advance(ms: number): Promise<void> {
    checkTimeout(ms, 'ms');
    const target = this.now() + ms;
    await this.#drive(async () => {
      for (;;) {
        await this.#turn();
        const next = this.nextAt;
        if (next === undefined || next > target) break;
        this.#clock.advanceTo(next);
      }
      this.#clock.advanceTo(target);
      await this.#turn();
    });
  }

  /**
   * Lets time pass until nothing is due any more.
   *
   * @throws ChannelError `TIMEOUT` when there is still something due after `limit` milliseconds.
   */
  async runUntilIdle(limit: number = this.#limit): Promise<void> {
    checkTimeout(limit, 'limit');
    const end = this.now() + limit;
    await this.#drive(async () => {
      for (;;) {
        await this.#turn();
        const next = this.nextAt;
        if (next === undefined) return;
        if (next > end) throw new ChannelError('TIMEOUT', `there is still something due after ${limit} ms`);
        this.#clock.advanceTo(next);
      }
    });
  }

  /**
   * Lets time pass until `done` says so; asks it whenever something may have changed.
   *
   * @returns whether it came to that: false when nothing is due any more and nothing has happened for a (real) second, or when
   * `limit` milliseconds have passed.
   */
  async runUntil(done: () => boolean, limit: number = this.#limit): Promise<boolean> {
    const end = this.now() + limit;
    let isDone = false;
    await this.#drive(async () => {
      for (;;) {
        await this.#turn();
        isDone = done();
        if (isDone) return;
        const next = this.nextAt;
        if (next === undefined) {
          if (!(await this.#stirs(done))) return;
        } else {
          if (next > end) return;
          this.#clock.advanceTo(next);
        }
      }
    });
    return isDone;
  }

  /** Everything that needs no time has its turn; real work that was announced is waited for. */
  async #turn(): Promise<void> {
    do {
      await new Promise<void>((resolve) => setImmediate(resolve));
      while (this.#holds > 0) await this.#change();
    } while (this.#holds > 0);
  }

  /** Waits a moment of real time for something that nobody announced; says whether it came. */
  async #stirs(done: () => boolean): Promise<boolean> {
    const end = systemClock.now() + PATIENCE_MS;
    while (systemClock.now() < end) {
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      if (this.nextAt !== undefined || this.#holds > 0 || done()) return true;
    }
    return false;
  }

  async #drive(work: () => Promise<void>): Promise<void> {
    this.#driven++;
    try {
      await work();
    } finally {
      this.#driven--;
      this.#changed();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#onChange.add(resolve));
  }

  #changed(): void {
    for (const run of this.#onChange) run();
    this.#onChange.clear();
    if (this.#mode === 'automatic' && !this.#isPumping && this.#driven === 0 && this.nextAt !== undefined) {
      this.#isPumping = true;
      void this.#pump();
    }
  }

  /** Automatic time, as long as something is due and nobody else moves it. */
  async #pump(): Promise<void> {
    for (;;) {
      await this.#turn();
      const next = this.nextAt;
      if (this.#mode !== 'automatic' || this.#driven > 0 || next === undefined || next > this.#limit) break;
      this.#clock.advanceTo(next);
    }
    this.#isPumping = false;
  }
}
