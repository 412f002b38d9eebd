import type { DigitsRequest } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';

/** Length of a comma in a string of digits, in milliseconds. */
const COMMA_MS = 500;

/** Digits that are sent one after the other, each in its time. */
export class TimedDigits implements Disposable {
  readonly #clock: Clock;
  readonly #request: DigitsRequest;
  #next = 0;
  #timer: Disposable | undefined;

  constructor(clock: Clock, request: DigitsRequest) {
    this.#clock = clock;
    this.#request = request;
  }

  /** Begins; calls back with each digit when it is complete, and at the end. */
  send(sent: (digit: string) => void, done: () => void): void {
    const { digits, onMs, offMs, pauseMs = COMMA_MS } = this.#request;
    if (this.#next === digits.length) {
      done();
      return;
    }
    const digit = digits.charAt(this.#next++);
    this.#timer = this.#clock.schedule(this.#clock.now() + (digit === ',' ? pauseMs : onMs + offMs), () => {
      if (digit !== ',') sent(digit);
      this.send(sent, done);
    });
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}
