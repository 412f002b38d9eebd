import type { InviteServerTransaction } from 'sip.js/lib/core/index.js';
import type { Clock } from '../../clock.ts';
import type { Timings } from '../reliability/timings.ts';

/** Repeats the 2xx of an INVITE until its ACK comes, on every transport (RFC 3261 §13.3.1.4). */
class AcceptedResponse implements Disposable {
  readonly #repeater: ResponseRepeater;
  readonly #transaction: InviteServerTransaction;
  #interval: number;
  #timer: Disposable | undefined;

  constructor(repeater: ResponseRepeater, transaction: InviteServerTransaction) {
    this.#repeater = repeater;
    this.#transaction = transaction;
    this.#interval = repeater.timings.t1;
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#repeater.forget(this);
  }

  #schedule(): void {
    const { clock, timings } = this.#repeater;
    this.#timer = clock.schedule(clock.now() + this.#interval, () => {
      if (this.#transaction.state !== 'Accepted') return this[Symbol.dispose]();
      this.#transaction.retransmitAcceptedResponse();
      this.#interval = Math.min(2 * this.#interval, timings.t2);
      this.#schedule();
    });
  }
}

/** All 2xx of one user agent whose ACK is missing. */
export class ResponseRepeater {
  readonly clock: Clock;
  readonly timings: Timings;
  readonly #responses = new Set<Disposable>();

  constructor(clock: Clock, timings: Timings) {
    this.clock = clock;
    this.timings = timings;
  }

  get size(): number {
    return this.#responses.size;
  }

  /** Disposing ends the repetition. */
  repeat(transaction: InviteServerTransaction): Disposable {
    const response = new AcceptedResponse(this, transaction);
    this.#responses.add(response);
    return response;
  }

  forget(response: Disposable): void {
    this.#responses.delete(response);
  }

  close(): void {
    for (const response of this.#responses) response[Symbol.dispose]();
  }
}
