import { handled, type OperationOptions, runOperation, type Stop, stopped } from '../operation.ts';
import type { Call } from './call.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';

/** How to listen for digits. */
export type DigitStreamOptions = Pick<OperationOptions, 'signal'>;

const OPTIONS: OptionNames<DigitStreamOptions> = { signal: true };
const ONE = {
  count: 1,
  predigitsTimeout: Number.POSITIVE_INFINITY,
  interdigitTimeout: Number.POSITIVE_INFINITY,
  end: '',
} as const;
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The digits of a call, one by one. Each is taken from the detector's buffer when it is asked for and not before, so that whoever leaves
 * has had exactly those that it was given.
 */
export class DigitStream implements AsyncIterableIterator<string, undefined> {
  readonly #core: ChannelCore;
  readonly #call: Call;
  readonly #options: DigitStreamOptions;
  #isOver = false;
  #leave: () => void = () => undefined;
  /** What has been asked for last. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(core: ChannelCore, options: DigitStreamOptions) {
    this.#core = core;
    this.#call = core.call;
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves with the next digit. After an error and after {@link DigitStream.return} there is none. */
  next(): Promise<IteratorResult<string, undefined>> {
    const step = (): Promise<IteratorResult<string, undefined>> => this.#next();
    const next = handled(this.#last.then(step, step));
    this.#last = next;
    return next;
  }

  /** Ends it. A digit that is being waited for stays for the next one who asks. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#isOver = true;
    this.#leave();
    return DONE;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<string, undefined>> {
    if (this.#isOver) return DONE;
    try {
      const options = this.#options;
      const digit = await journaled(this.#core.journal, 'digits', [options], () => this.#take(options));
      return digit === '' ? DONE : { done: false, value: digit };
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  #take(options: DigitStreamOptions): Promise<string> {
    const call = this.#call;
    const refused = refuseOptions(call, 'digits()', options, OPTIONS);
    if (refused) return refused;
    return runOperation(call, { signal: options.signal }, (stop) => this.#collect(stop));
  }

  /** Resolves with a digit, or with nothing when the loop was left or the operation must stop. */
  async #collect(stop: Stop): Promise<string> {
    const call = this.#call;
    call.demandAnswered('digits()');
    using _slot = call.activity.take('digits', 'digits()');
    const left = Promise.withResolvers<undefined>();
    const collecting = call.digits.collect(ONE, () => stop.finish());
    stop.onStop(() => collecting.giveBack());
    this.#leave = () => {
      collecting.giveBack();
      left.resolve(undefined);
    };
    const result = await Promise.race([collecting.done, stopped(stop), left.promise]);
    return result?.digits ?? '';
  }
}
