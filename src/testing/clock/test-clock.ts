import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { installTimers } from './install-timers.ts';
import { Pump, type WaitOutcome } from './pump.ts';
import { VirtualTimers } from './virtual-timers.ts';

/** Who moves the time of a test. */
export type TimeMode = 'automatic' | 'manual';

/** How a test clock goes. */
export interface TestClockOptions {
  /**
   * `'automatic'` (the default): time jumps to what is due next whenever nothing can happen without it. `'manual'`: it passes only
   * while the test awaits something that takes time, such as {@link TestClock.advance} or what a fake caller does; to await `run()` of
   * a fake call moves nothing.
   */
  time?: TimeMode | undefined;
  /** How long a test lets time pass, in milliseconds, before what it waits for is taken to be never. Default a day. */
  limit?: number | undefined;
}

/** What no flow on a fake call comes to. */
const MOST_MOMENTS = 100_000;
/** Longer than any call. */
const DEFAULT_LIMIT_MS = 86_400_000;

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
  /** `setTimeout()` and its like on this clock, for programs that take them as an argument. */
  readonly timers: VirtualTimers;
  /** How long a test lets time pass, in milliseconds, before what it waits for is taken to be never. */
  readonly limit: number;
  readonly #clock = new VirtualClock();
  readonly #pump: Pump;
  #mode: TimeMode = 'manual';

  /**
   * @param options - who moves the time, and how far.
   * @param mostMoments - how often time may jump while the test does nothing; more often is taken for a loop without end. Default
   * 100,000.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  constructor(
    { time = 'automatic', limit = DEFAULT_LIMIT_MS }: TestClockOptions = {},
    mostMoments: number = MOST_MOMENTS,
  ) {
    checkTimeout(limit, 'limit');
    this.limit = limit;
    this.#pump = new Pump(this.#clock, mostMoments);
    this.time = time;
    this.timers = new VirtualTimers(this);
  }

  /** Milliseconds since the beginning of the test. */
  now(): number {
    return this.#clock.now();
  }

  /** Time of day in milliseconds since 1970. Every test begins at the same one, midnight of 1 January 2026, UTC. */
  wallNow(): number {
    return this.#clock.wallNow();
  }

  schedule(at: number, run: () => void): Disposable {
    const due = this.#clock.schedule(at, run);
    this.#pump.changed();
    return due;
  }

  /** How many callbacks wait for their time. Zero at the end of a test that leaks nothing. */
  get pending(): number {
    return this.#clock.pending;
  }

  /** @internal When the callbacks that wait are due, in order. */
  get dueTimes(): readonly number[] {
    return this.#clock.dueTimes;
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
    if (mode !== 'automatic' && mode !== 'manual') {
      throw new ChannelError('INVALID_ARGUMENT', `time must be 'automatic' or 'manual', not ${shown(mode)}`);
    }
    this.#mode = mode;
    this.#pump.freeUntil = mode === 'automatic' ? this.now() + this.limit : Number.NEGATIVE_INFINITY;
  }

  /**
   * Keeps time from passing until what is returned is disposed of: for real work that the test does meanwhile, such as reading a
   * file.
   */
  hold(): Disposable {
    return this.#pump.hold();
  }

  /** Awaits real work, for example `clock.during(readFile(path))`; time stands still until it is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    using _ = this.hold();
    return await work;
  }

  /**
   * Lets so many milliseconds pass, with everything that happens in them. Time stands there until the test awaits something else.
   *
   * @throws ChannelError `INVALID_ARGUMENT`; `TIMEOUT` when the program does something over and over that takes no time.
   */
  async advance(ms: number): Promise<void> {
    checkTimeout(ms, 'ms');
    if ((await this.#pump.reach(this.now() + ms)) === 'done') return;
    throw new ChannelError(
      'TIMEOUT',
      `time stands still at ${this.now()} ms: something is due over and over that takes no time`,
    );
  }

  /**
   * Lets time pass until nothing is due any more.
   *
   * @throws ChannelError `TIMEOUT` when there is still something due after `limit` milliseconds.
   */
  async runUntilIdle(limit: number = this.limit): Promise<void> {
    checkTimeout(limit, 'limit');
    if ((await this.#pump.wait(() => this.nextAt === undefined, this.now() + limit)) === 'done') return;
    throw new ChannelError('TIMEOUT', `there is still something due after ${limit} ms`);
  }

  /**
   * Lets time pass until `done` says so; asks it whenever something may have changed.
   *
   * @returns whether it came to that: false when nothing is due any more and nothing has happened for a (real) second, or when
   * `limit` milliseconds have passed.
   */
  async runUntil(done: () => boolean, limit: number = this.limit): Promise<boolean> {
    return (await this.waitUntil(done, limit)) === 'done';
  }

  /** @internal As {@link TestClock.runUntil}, and says why it did not come to that. */
  waitUntil(done: () => boolean, limit: number = this.limit): Promise<WaitOutcome> {
    checkTimeout(limit, 'limit');
    return this.#pump.wait(done, this.now() + limit);
  }

  /** @internal Whether nobody has moved this clock for a (real) second; false as soon as `done` says so. */
  stalls(done: () => boolean): Promise<boolean> {
    return this.#pump.stalls(done);
  }

  /**
   * Puts this clock in the place of the machine's: `setTimeout`, `setInterval` and their `clear…`, `Date`, `performance.now`, and
   * `setTimeout` of `node:timers/promises`, for programs that use them. Dispose of what is returned to have everything as before.
   * `AbortSignal.timeout()` and `setImmediate` stay as they are, and so does a function that was taken out of its module before. In
   * Jest that is so with `import { setTimeout } from 'node:timers/promises'` too; `import timers from 'node:timers/promises'` and
   * `timers.setTimeout()` works there.
   *
   * @throws ChannelError `INVALID_STATE` when a clock is installed already.
   * @example
   * ```ts
   * const clock = new TestClock();
   * using installed = clock.install();
   * await new Promise((resolve) => setTimeout(resolve, 60_000)); // a minute of virtual time
   * ```
   */
  install(): Disposable {
    return installTimers(this);
  }
}
