import type { Clock } from '../../clock.ts';
import { type CallSite, callSite } from './call-site.ts';

/** What `setTimeout()` and `setInterval()` return here. Like those of Node it can be kept, cleared, disposed of, and taken for a number. */
export interface VirtualTimer extends Disposable {
  /** Does nothing: virtual time keeps no process alive. */
  ref(): VirtualTimer;
  /** Does nothing. */
  unref(): VirtualTimer;
  hasRef(): boolean;
  /** Begins to count again. */
  refresh(): VirtualTimer;
  /** As `clearTimeout()`. */
  close(): VirtualTimer;
  [Symbol.toPrimitive](): number;
}

/** A timer that runs. */
export interface RunningTimer {
  readonly at: number;
  /** File, line and column. */
  readonly setAt: string | undefined;
}

/** What a clock has to offer to timers. */
type TimerClock = Pick<Clock, 'now' | 'schedule'>;

/** Longest delay of a timer of Node; it takes a longer one for 1 ms. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The timers that a program knows from Node and browsers, on a virtual clock. */
export class VirtualTimers {
  readonly #clock: TimerClock;
  readonly #timers = new Map<number, Timer>();
  #ids = 0;
  /** @internal Whether each timer remembers where it was set. */
  areTraced = false;

  /** @internal */
  constructor(clock: TimerClock) {
    this.#clock = clock;
  }

  /** @internal The timers that run: when each is due, and where it was set as far as that is known. */
  get running(): readonly RunningTimer[] {
    return [...this.#timers.values()].map(({ dueAt, site }) => ({ at: dueAt, setAt: site?.() }));
  }

  /** Calls `run` once, after `delay` milliseconds. */
  readonly setTimeout = <Args extends unknown[]>(
    run: (...args: Args) => void,
    delay?: number,
    ...args: Args
  ): VirtualTimer => this.#start(() => run(...args), delay, false);

  /** Calls `run` every `delay` milliseconds. */
  readonly setInterval = <Args extends unknown[]>(
    run: (...args: Args) => void,
    delay?: number,
    ...args: Args
  ): VirtualTimer => this.#start(() => run(...args), delay, true);

  /** Ends a timer, given itself or its number. */
  readonly clearTimeout = (timer: VirtualTimer | number | string | undefined | null): void => {
    if (timer === undefined || timer === null) return;
    this.#timers.get(Number(timer))?.close();
  };

  /** Ends an interval. */
  readonly clearInterval = this.clearTimeout;

  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws the reason of `signal` when that is aborted.
   */
  readonly sleep = async (ms: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> => {
    const { signal } = options;
    signal?.throwIfAborted();
    let aborted: (() => void) | undefined;
    let timer: VirtualTimer | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        aborted = () => reject(signal?.reason);
        signal?.addEventListener('abort', aborted, { once: true });
        timer = this.setTimeout(resolve, ms);
      });
    } finally {
      timer?.close();
      if (aborted) signal?.removeEventListener('abort', aborted);
    }
  };

  #start(run: () => void, delay: unknown, repeats: boolean): VirtualTimer {
    const id = ++this.#ids;
    const site = this.areTraced ? callSite() : undefined;
    const timer = new Timer(this.#clock, id, run, asDelay(delay), repeats, site, () => this.#timers.delete(id));
    this.#timers.set(id, timer);
    return timer;
  }
}

class Timer implements VirtualTimer {
  readonly #clock: TimerClock;
  readonly #id: number;
  readonly #run: () => void;
  readonly #delay: number;
  readonly #repeats: boolean;
  readonly #onEnd: () => void;
  #due: Disposable;
  readonly site: CallSite | undefined;
  dueAt = 0;

  constructor(
    clock: TimerClock,
    id: number,
    run: () => void,
    delay: number,
    repeats: boolean,
    site: CallSite | undefined,
    onEnd: () => void,
  ) {
    this.site = site;
    this.#clock = clock;
    this.#id = id;
    this.#run = run;
    this.#delay = delay;
    this.#repeats = repeats;
    this.#onEnd = onEnd;
    this.#due = this.#schedule();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#due[Symbol.dispose]();
    this.#due = this.#schedule();
    return this;
  }

  close(): this {
    this.#due[Symbol.dispose]();
    this.#onEnd();
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  #schedule(): Disposable {
    this.dueAt = this.#clock.now() + this.#delay;
    return this.#clock.schedule(this.dueAt, () => {
      if (this.#repeats) this.#due = this.#schedule();
      else this.#onEnd();
      this.#run();
    });
  }
}

/** As Node takes it: at least 1 ms, and 1 ms for what is no delay. */
function asDelay(delay: unknown): number {
  const ms = Number(delay);
  return ms >= 1 && ms <= LONGEST_DELAY_MS ? Math.trunc(ms) : 1;
}
