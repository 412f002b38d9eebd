import { isChannelError, isHangup } from '../../errors.ts';
import type { Call } from '../call.ts';
import { Cause, statusForCause } from '../cause.ts';
import type { ChannelCore } from '../channel-core.ts';
import { placeBy } from '../dial.ts';
import { State } from '../state.ts';
import type { CalleePlan, CalleeTarget, CheckedConfirm } from './callee-options.ts';
import type { CalleeFailure } from './failure.codec.ts';

/** What every attempt has in common. */
type Limits = Pick<CalleePlan, 'ringTimeout' | 'confirm'>;

/** One attempt to reach a callee, on a channel of its own. */
export class CalleeAttempt {
  /** Of the callee's channel. */
  readonly core: ChannelCore;
  readonly #target: CalleeTarget;
  /** Why it has failed, where the call itself does not say so. */
  #cause: Cause | undefined;

  constructor(core: ChannelCore, target: CalleeTarget) {
    this.core = core;
    this.#target = target;
  }

  get call(): Call {
    return this.core.call;
  }

  get failure(): CalleeFailure {
    const { endInfo, cause } = this.call;
    const because = this.#cause ?? cause;
    const status = endInfo?.status ?? (this.#cause && statusForCause(this.#cause));
    return { to: this.#target.to, cause: because, status, hangup: endInfo };
  }

  /**
   * Calls the callee, and says whether it has answered and confirmed. When it has not, its call is over or about to be. Rejects with a
   * `ChannelError` for what is no fault of the callee.
   */
  async reach({ ringTimeout, confirm }: Limits): Promise<boolean> {
    try {
      const options = { timeout: ringTimeout };
      const state = await placeBy(this.core, 'connectCallee()', options, () => this.#target.placement);
      if (state !== State.ANSWERED) return false;
      if (confirm && !(await isConfirmed(this.core, confirm)))
        this.#fail(Cause.NOANSWER, 'the callee has not accepted the call');
      return this.call.isUp;
    } catch (error) {
      if (isHangup(error)) return false;
      this.cancel('the callee could not be called');
      if (!isChannelError(error) || !UNREACHED.has(error.code)) throw error;
      if (error.code === 'BUSY') this.#cause = Cause.NOCHANNELS;
      return false;
    }
  }

  /** Gives it up. Safe to repeat. */
  cancel(text: string, q850?: number): void {
    this.call.release(Cause.NORMAL, { by: 'local', text }, { q850, text });
  }

  #fail(cause: Cause, text: string): void {
    this.#cause = cause;
    this.cancel(text);
  }
}

/** Codes of errors that are about one callee, or about there being too many calls: somebody else may be reached. */
const UNREACHED: ReadonlySet<string> = new Set(['BUSY', 'HOST_UNRESOLVED', 'PORTS_EXHAUSTED', 'UNREACHABLE']);

/** Whether the callee presses the key that it is asked for. */
async function isConfirmed({ owner }: ChannelCore, { media, digits, timeout }: CheckedConfirm): Promise<boolean> {
  const { filePlayer, dtmfDetector } = owner.channel();
  await filePlayer.play(media, { bargeIn: true });
  const digit = await dtmfDetector.getDigits({ count: 1, predigitsTimeout: timeout });
  return digit !== '' && digits.includes(digit);
}
