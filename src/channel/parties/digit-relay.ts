import type { Call } from '../call.ts';
import { sendDigitsByInfo } from '../info-digits.ts';
import type { DigitsOutcome, MediaTask } from '../media-port.ts';

/** How long a key that is passed on lasts, and the gap after it, in milliseconds: enough for every receiver (ITU-T Q.24). */
const ON_MS = 100;
const OFF_MS = 50;

/**
 * Passes keys on to the far end of a call, one after the other as they come: as telephone-events (RFC 4733) if it takes them, otherwise by
 * SIP INFO.
 */
export class DigitRelay {
  readonly #call: Call;
  #waiting = '';
  #sending: MediaTask<DigitsOutcome> | undefined;
  #isStopped = false;

  constructor(call: Call) {
    this.#call = call;
  }

  press(digit: string): void {
    this.#waiting += digit;
    if (!this.#sending) this.#sendNext();
  }

  /** Passes nothing on any more; of what is being sent, no further key. Resolves when nothing is sent any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#waiting = '';
    this.#sending?.stop();
    await this.#sending?.finished;
  }

  #sendNext(): void {
    this.#sending = undefined;
    const digits = this.#waiting;
    if (this.#isStopped || digits === '') return;
    this.#waiting = '';
    const sending = this.#begin(digits);
    this.#sending = sending;
    void sending?.finished.then(({ error }) => {
      if (error) this.#call.environment.logger.warn('a key of the other party could not be passed on', { error });
      this.#sendNext();
    });
  }

  #begin(digits: string): MediaTask<DigitsOutcome> | undefined {
    const { leg, clock, media } = this.#call;
    const request = { digits, onMs: ON_MS, offMs: OFF_MS, pauseMs: 0 };
    if (media.session?.takesEvents) return media.session.sendDigits(request);
    return leg && sendDigitsByInfo(leg, clock, request);
  }
}
