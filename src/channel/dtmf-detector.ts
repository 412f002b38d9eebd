import { ChannelError } from '../errors.ts';
import { checkTimeout, type OperationOptions, runOperation, type Stop, shown, stopped } from '../operation.ts';
import { checkDigits } from './bargein.codec.ts';
import type { Call } from './call.ts';
import type { ChannelCore } from './channel-core.ts';
import type { CollectRequest } from './digit-collector.state.ts';
import { journaled } from './journal/journaled.ts';
import { DetectorCause } from './media-cause.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';

/** What to collect, and when to stop. */
export interface GetDigitsOptions extends Pick<OperationOptions, 'signal'> {
  /** Forgets first what was pressed before. Default false. */
  clear?: boolean | undefined;
  /** How many digits end it, with the cause `COUNT`; 0 for no such limit but 1,000. Default 0. */
  count?: number | undefined;
  /**
   * How long to wait for the first digit in milliseconds, `Infinity` for ever. Default 0: takes what has been pressed before and
   * waits for nothing.
   */
  predigitsTimeout?: number | undefined;
  /** How long to wait from one digit to the next in milliseconds, `Infinity` for ever. Default 5000. */
  interdigitTimeout?: number | undefined;
  /** The digit that ends it, with the cause `END`; several digits end it each. It is part of the result. None by default. */
  end?: string | undefined;
  /** Ends it after so many milliseconds altogether, with the cause `TIMEOUT`. No limit by default. */
  timeout?: number | undefined;
}

const OPTIONS: OptionNames<GetDigitsOptions> = {
  clear: true,
  count: true,
  end: true,
  interdigitTimeout: true,
  predigitsTimeout: true,
  signal: true,
  timeout: true,
};

/**
 * Collects the keys that the far end presses (`channel.dtmfDetector`).
 *
 * Every key goes into a buffer from the answer on, also while a prompt plays, and stays there until `getDigits()` fetches it; of
 * more than 1,000 the oldest are forgotten.
 * The buffer is empty at the beginning of each call. No digit is lost or seen twice: what a `getDigits()` that rejects had
 * collected goes back. Names and causes are those of the Aculab UAS API.
 *
 * @example
 * const digits = await channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 10_000, end: '#' });
 * if (channel.dtmfDetector.cause === DetectorCause.COUNT) console.log('PIN', digits.length);
 */
export class DtmfDetector {
  readonly #core: ChannelCore;
  #cause: DetectorCause = DetectorCause.NONE;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** How the last {@link DtmfDetector.getDigits} ended; `NONE` while it collects, before the first, and after an abort. */
  get cause(): DetectorCause {
    return this.#cause;
  }

  /** Forgets the digits that have been pressed and not been fetched. */
  clearDigits(): void {
    this.#core.call.digits.clear();
  }

  /**
   * Collects digits, beginning with those that were pressed before, and resolves with them: as many as `count`, all up to and
   * with an `end` digit, or what was there when no further one came in time (`cause` is `TIMEOUT`, the result may be empty).
   *
   * @throws Hangup when the call is or gets over; `cause` is `HANGUP`.
   * @throws ChannelError `INVALID_STATE` unless answered; `BUSY` while another one collects; `INVALID_ARGUMENT`.
   */
  getDigits(options: GetDigitsOptions = {}): Promise<string> {
    const { journal } = this.#core;
    return journaled(
      journal,
      'dtmfDetector.getDigits',
      [options],
      () => this.#getDigits(options),
      () => this.#cause,
    );
  }

  #getDigits(options: GetDigitsOptions): Promise<string> {
    const { call } = this.#core;
    if (call.hangup) this.#cause = DetectorCause.HANGUP;
    const refused = refuseOptions(call, 'dtmfDetector.getDigits()', options, OPTIONS);
    if (refused) return refused;
    const { signal, timeout } = options;
    return runOperation(call, { signal, timeout }, (stop) => this.#collect(call, options, stop), ['timeout']);
  }

  async #collect(call: Call, options: GetDigitsOptions, stop: Stop): Promise<string> {
    const request = checkRequest(options);
    call.demandAnswered('dtmfDetector.getDigits()');
    using _slot = call.activity.take('digits', 'dtmfDetector.getDigits()');
    this.#cause = DetectorCause.NONE;
    if (options.clear) call.digits.clear();
    const collecting = call.digits.collect(request, () => stop.finish());
    // At the very moment of the stop: a digit that comes a little later belongs to the next one who asks.
    stop.onStop(() => {
      if (stop.reason === 'timeout') collecting.finish();
      else collecting.giveBack();
    });
    const result = await Promise.race([collecting.done, stopped(stop)]);
    if (result) this.#cause = result.cause;
    else if (stop.reason === 'timeout') this.#cause = DetectorCause.TIMEOUT;
    else if (stop.reason === 'hangup') this.#cause = DetectorCause.HANGUP;
    return result?.digits ?? (stop.reason === 'timeout' ? (await collecting.done).digits : '');
  }
}

function checkRequest(options: GetDigitsOptions): CollectRequest {
  const { clear, count = 0, predigitsTimeout = 0, interdigitTimeout = 5000, end = '' } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new ChannelError('INVALID_ARGUMENT', `count must be a whole number of at least 0, not ${shown(count)}`);
  }
  if (clear !== undefined && typeof clear !== 'boolean') {
    throw new ChannelError('INVALID_ARGUMENT', `clear must be true or false, not ${shown(clear)}`);
  }
  checkTimeout(predigitsTimeout, 'predigitsTimeout');
  checkTimeout(interdigitTimeout, 'interdigitTimeout');
  return { count, predigitsTimeout, interdigitTimeout, end: checkDigits('end', end) };
}
