import type { InviteServerTransaction } from 'sip.js/lib/core/index.js';
import type { Clock } from '../../clock.ts';
import type { Timings } from '../reliability/timings.ts';

/** Repeats the 2xx of an INVITE until its ACK comes, on every transport (RFC 3261 §13.3.1.4). */
export class AcceptedResponse implements Disposable {
  readonly #clock: Clock;
  readonly #timings: Timings;
  readonly #transaction: InviteServerTransaction;
  #interval: number;
  #timer: Disposable;

  constructor(transaction: InviteServerTransaction, clock: Clock, timings: Timings) {
    this.#transaction = transaction;
    this.#clock = clock;
    this.#timings = timings;
    this.#interval = timings.t1;
    this.#timer = this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #schedule(): Disposable {
    return this.#clock.schedule(this.#clock.now() + this.#interval, () => {
      // Without effect once the transaction has left its Accepted state.
      this.#transaction.retransmitAcceptedResponse();
      if (this.#transaction.state !== 'Accepted') return;
      this.#interval = Math.min(2 * this.#interval, this.#timings.t2);
      this.#timer = this.#schedule();
    });
  }
}
