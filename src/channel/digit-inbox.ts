import type { Clock } from '../clock.ts';
import { begin, type CollectRequest, type CollectState, expire, MOST_DIGITS, press } from './digit-collector.state.ts';

/** How collecting ended. */
export interface Collected {
  readonly digits: string;
  readonly cause: 'COUNT' | 'END' | 'TIMEOUT';
}

/** A collection that runs. */
export interface Collecting {
  /** Resolves when it is complete or was cut off by {@link Collecting.finish}; never after {@link Collecting.giveBack}. */
  readonly done: Promise<Collected>;
  /** Ends it with what is there. */
  finish(): void;
  /** Ends it and puts what it has taken back, so that the next one finds it. */
  giveBack(): void;
}

interface Taker {
  press(digit: string): void;
}

/**
 * The digits of one call: pressed by the far end, kept until somebody asks for them. Of those that nobody ever asks for the oldest
 * are forgotten: what was pressed last is what the caller means.
 */
export class DigitInbox {
  readonly #clock: Clock;
  #buffered = '';
  #taker: Taker | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many digits wait to be fetched. */
  get size(): number {
    return this.#buffered.length;
  }

  press(digit: string): void {
    if (this.#taker) this.#taker.press(digit);
    else this.#keep(this.#buffered + digit);
  }

  clear(): void {
    this.#buffered = '';
  }

  /** Begins to collect. One at a time: the caller sees to that. `onDone` is called at the very moment it is complete. */
  collect(request: CollectRequest, onDone: () => void): Collecting {
    const start = begin(request, this.#buffered, this.#clock.now());
    this.#buffered = start.rest;
    let state: CollectState = start.state;
    let timer: Disposable | undefined;
    let resolve: (collected: Collected) => void;
    const done = new Promise<Collected>((settle) => {
      resolve = settle;
    });
    const leave = (): void => {
      timer?.[Symbol.dispose]();
      this.#taker = undefined;
    };
    const become = (next: CollectState): void => {
      state = next;
      timer?.[Symbol.dispose]();
      timer = undefined;
      if (state.name === 'done') {
        leave();
        onDone();
        resolve(state);
      } else if (state.deadline < Number.POSITIVE_INFINITY) {
        timer = this.#clock.schedule(state.deadline, () => become(expire(state, this.#clock.now())));
      }
    };
    this.#taker = {
      press: (digit) => {
        if (state.name === 'collecting') become(press(state, request, digit, this.#clock.now()));
      },
    };
    become(state);
    return {
      done,
      finish: () => {
        if (state.name === 'collecting') become({ name: 'done', digits: state.digits, cause: 'TIMEOUT' });
      },
      giveBack: () => {
        if (state.name === 'done') return;
        leave();
        this.#keep(state.digits + this.#buffered);
      },
    };
  }
  #keep(digits: string): void {
    this.#buffered = digits.slice(-MOST_DIGITS);
  }
}
