import { isHangup } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Channel } from '../channel.ts';

/** As many as are sent at once. */
const MOST_DIGITS = 32;

/** Sends the keys of the others on to one member, one after the other. What cannot be sent because the member is sent something else is lost. */
export class KeyRelay {
  readonly #to: Channel;
  readonly #logger: Logger;
  #waiting = '';
  #isSending = false;

  constructor(to: Channel, logger: Logger) {
    this.#to = to;
    this.#logger = logger;
  }

  send(digit: string): void {
    this.#waiting += digit;
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting !== '') {
      const digits = this.#waiting.slice(0, MOST_DIGITS);
      this.#waiting = this.#waiting.slice(MOST_DIGITS);
      try {
        await this.#to.dtmfPlayer.play(digits);
      } catch (error) {
        if (!isHangup(error)) this.#logger.warn('keys could not be relayed', { channel: this.#to.id, digits, error });
      }
    }
    this.#isSending = false;
  }
}
