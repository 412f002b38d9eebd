import { ChannelError } from '../errors.ts';
import { type OperationOptions, runOperation, shown } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import { DtmfPlayerCause, DtmfPlayerState } from './media-cause.ts';
import type { DigitsOutcome } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';

/** How to send digits. */
export interface DigitPlayOptions extends Pick<OperationOptions, 'signal'> {
  /** Length of a digit in milliseconds, 40 to 8000. Default 100. */
  on?: number | undefined;
  /** Length of the gap after a digit in milliseconds, 40 to 8000. Default 100. */
  off?: number | undefined;
  /** Stops it after so many milliseconds, with the cause `TIMEOUT`. No limit by default. */
  timeout?: number | undefined;
}

const OPTIONS: OptionNames<DigitPlayOptions> = { off: true, on: true, signal: true, timeout: true };
/** The most digits that one `play()` takes. */
const MOST_DIGITS = 32;
/** ITU-T Q.24: a receiver need not recognise shorter signals and pauses. */
const SHORTEST_MS = 40;
/** RFC 4733 §2.3.5: the duration is a 16-bit count, 8191 ms at 8000 Hz. */
const LONGEST_MS = 8000;

/**
 * Sends DTMF digits to the far end (`channel.dtmfPlayer`), as RFC 4733 telephone-events. Names and causes are those of the
 * Aculab UAS API.
 *
 * @example
 * if ((await channel.dtmfPlayer.play('1234#')) !== DtmfPlayerCause.NORMAL) console.log('not all were sent');
 */
export class DtmfPlayer {
  readonly #core: ChannelCore;
  #run: MediaRun<DigitsOutcome> | undefined;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** `PLAYING` while digits are sent; `ERROR` after a sending that broke off; otherwise `IDLE`. */
  get state(): DtmfPlayerState {
    if (this.#run && !this.#run.isOver) return DtmfPlayerState.PLAYING;
    return this.cause === DtmfPlayerCause.ERROR ? DtmfPlayerState.ERROR : DtmfPlayerState.IDLE;
  }

  /** How the last sending ended; `NONE` while it runs, when there was none, or when a signal ended it. */
  get cause(): DtmfPlayerCause {
    return this.#run ? causeOf(this.#run) : DtmfPlayerCause.NONE;
  }

  /** What went wrong with the last sending, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#run?.error;
  }

  /**
   * Sends digits and waits until they have been sent. Resolves with `NORMAL`, `TIMEOUT`, or `ERROR` when it broke off.
   *
   * @param digits - 1 to 32 of 0-9, A-D, * and #; a comma pauses for half a second.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, or when the far end takes no telephone-events; `BUSY`;
   * `INVALID_ARGUMENT`.
   */
  play(digits: string, options: DigitPlayOptions = {}): Promise<DtmfPlayerCause> {
    return journaled(this.#core.journal, 'dtmfPlayer.play', [digits, options], () => this.#play(digits, options));
  }

  #play(digits: string, options: DigitPlayOptions): Promise<DtmfPlayerCause> {
    const refused = refuseOptions(this.#core.call, 'dtmfPlayer.play()', options, OPTIONS);
    if (refused) return refused;
    const { signal, timeout, on = 100, off = 100 } = options;
    return runOperation(
      this.#core.call,
      { signal, timeout },
      async (stop) => {
        const known = checkString(digits);
        checkLength('on', on);
        checkLength('off', off);
        const { call } = this.#core;
        call.demandAnswered('dtmfPlayer.play()');
        const session = call.media.demand();
        const slot = call.activity.take('send', 'dtmfPlayer.play()');
        const run = new MediaRun(
          call,
          slot,
          async () => () => session.sendDigits({ digits: known, onMs: on, offMs: off }),
        );
        this.#run = run;
        run.obey(stop);
        await run.started;
        await run.finished;
        return causeOf(run);
      },
      ['timeout'],
    );
  }
}

function checkString(digits: unknown): string {
  if (typeof digits === 'string' && /^[0-9A-D*#,]+$/i.test(digits) && digits.length <= MOST_DIGITS)
    return digits.toUpperCase();
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `digits must be 1 to ${MOST_DIGITS} of 0-9, A-D, *, # and comma, not ${JSON.stringify(digits)}`,
  );
}

function checkLength(name: string, ms: unknown): void {
  if (typeof ms !== 'number' || !(ms >= SHORTEST_MS && ms <= LONGEST_MS)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${name} must be a number of milliseconds from ${SHORTEST_MS} to ${LONGEST_MS}, not ${shown(ms)}`,
    );
  }
}

function causeOf(run: MediaRun<DigitsOutcome>): DtmfPlayerCause {
  if (!run.isOver) return DtmfPlayerCause.NONE;
  if (run.error) return DtmfPlayerCause.ERROR;
  if (run.halted) return run.halted === 'ABORTED' ? DtmfPlayerCause.NONE : run.halted;
  switch (run.outcome?.reason) {
    case 'completed':
      return DtmfPlayerCause.NORMAL;
    case 'error':
      return DtmfPlayerCause.ERROR;
    case 'stopped':
    case 'closed':
    case undefined:
      return DtmfPlayerCause.NONE;
  }
}
