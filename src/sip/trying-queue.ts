import type { Clock } from '../clock.ts';

/** How long an INVITE may stay without a response; the 100 is due after 200 ms (RFC 3261 §17.2.1), and timers may be late. */
export const TRYING_DELAY = 120;
/** Those that are due within this go together, so that many calls do not mean as many wake-ups. */
const TOGETHER = 50;

interface Waiting {
  readonly at: number;
  readonly send: () => void;
}

/**
 * INVITEs that get a 100 Trying unless they are answered soon, as most are: one timer for all of them, since all wait equally
 * long.
 */
export class TryingQueue {
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #timer: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `send` when the time has come; it is up to `send` to see that a response was sent meanwhile. Must not throw. */
  add(send: () => void): void {
    this.#waiting.push({ at: this.#clock.now() + TRYING_DELAY, send });
    this.#arm();
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#waiting = [];
  }

  #arm(): void {
    const [first] = this.#waiting;
    if (first && !this.#timer) this.#timer = this.#clock.schedule(first.at, this.#run);
  }

  readonly #run = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    const later = this.#waiting.findIndex(({ at }) => at > now + TOGETHER);
    const due = this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
    for (const { send } of due) send();
    this.#arm();
  };
}
