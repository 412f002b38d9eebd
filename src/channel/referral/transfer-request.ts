import { Disposables } from '../../disposables.ts';
import { ChannelError, Hangup } from '../../errors.ts';
import { runOperation, Stop, shown } from '../../operation.ts';
import type { Call } from '../call.ts';
import { Cause, statusForCause } from '../cause.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { CALL_OPTIONS, type CallOptions, checkPlacement, type Placement, placeBy } from '../dial.ts';
import { journaled, journaledNow } from '../journal/journaled.ts';
import { refuseOptions } from '../option-names.ts';
import { checkOther } from '../parties/connect.ts';
import type { HeaderField, ReferProgress, ReferReply, ReferredTo, Replaces } from '../signaling-port.ts';
import { State } from '../state.ts';

/** How long the program has to answer, in milliseconds. */
const ANSWER_MS = 30_000;

/**
 * The far end asks this side to call somebody else in its place: to be transferred (REFER, RFC 3515). The program decides, once, by
 * {@link TransferRequest.accept} or {@link TransferRequest.reject}; after 30 seconds without either it is refused with 603.
 *
 * @example
 * channel.on('transferRequest', (request) => {
 *   const [other] = channel.extraChannel;
 *   if (!other || !request.to.endsWith('@example.com')) request.reject('BARRED');
 *   else void request.accept(other, { timeout: 30_000 });
 * });
 */
export class TransferRequest {
  /** URI of whom to call. */
  readonly to: string;
  /** The call of somebody else whose place the new one is to take (RFC 3891): the transfer is attended. */
  readonly replaces: Replaces | undefined;
  /** URI of who asks for it, as it was said in Referred-By (RFC 3892). */
  readonly referredBy: string | undefined;
  /** Header fields that the new call is to have. Those that could do harm have been left out. */
  readonly headers: readonly HeaderField[];
  readonly #core: ChannelCore;
  /** The call that it came on. */
  readonly #call: Call;
  readonly #reply: ReferReply;
  readonly #waiting: readonly Disposable[];
  #isAnswered = false;

  /** @internal */
  constructor(core: ChannelCore, { to, replaces, referredBy, headers }: ReferredTo, reply: ReferReply) {
    this.to = to;
    this.replaces = replaces;
    this.referredBy = referredBy;
    this.headers = headers;
    this.#core = core;
    this.#call = core.call;
    this.#reply = reply;
    const { clock } = core.environment;
    this.#waiting = [
      clock.schedule(clock.now() + ANSWER_MS, () => this.refuse(603)),
      this.#call.onEnd(() => this.#settle()),
    ];
  }

  /**
   * Takes it on: calls {@link TransferRequest.to} on another channel, as {@link Channel.call} does, and tells the far end by itself how that
   * call goes. Resolves with the state of that channel: `ANSWERED`, or `IDLE` when the call was not answered. The call that was asked on
   * goes on until somebody hangs up, which the far end mostly does when the new one is answered; the new call does not depend on it.
   *
   * @param channel - an IDLE channel for calls out, of the same user agent.
   * @throws Hangup when the call that it came on is over before.
   * @throws ChannelError `INVALID_STATE` when it was answered already, and unless that channel is IDLE; as {@link Channel.call}. Whatever
   * is wrong with the arguments leaves it unanswered.
   */
  accept(channel: Channel, options: CallOptions = {}): Promise<State> {
    return journaled(this.#core.journal, 'transferRequest.accept', [options], () => this.#accept(channel, options));
  }

  /**
   * Refuses it; the call goes on.
   *
   * @param why - a SIP status from 400 to 699, or a cause that stands for one, as in {@link Channel.reject}. Default 603.
   * @throws ChannelError `INVALID_STATE` when it was answered already, `INVALID_ARGUMENT`.
   */
  reject(why: Cause | number = 603): void {
    journaledNow(this.#core.journal, 'transferRequest.reject', [why], () => {
      const status = typeof why === 'number' ? why : statusForCause(why);
      if (status === undefined || !(Number.isInteger(status) && status >= 400 && status <= 699)) {
        throw new ChannelError(
          'INVALID_ARGUMENT',
          `a transfer can be refused with a SIP status from 400 to 699 or a cause such as 'BUSY', not with ${shown(why)}`,
        );
      }
      this.#checkOpen();
      this.refuse(status);
    });
  }

  /** @internal Refuses it unless it has been answered. */
  refuse(status: number): void {
    if (this.#isAnswered) return;
    this.#settle();
    this.#reply.refuse(status);
  }

  #accept(channel: Channel, options: CallOptions): Promise<State> {
    const { endless } = this.#core;
    const { to, replaces, referredBy, headers } = this;
    const operation = 'transferRequest.accept()';
    const refused = refuseOptions(endless, operation, options, CALL_OPTIONS);
    if (refused) return refused;
    return runOperation(endless, {}, async () => {
      if (this.#call.hangup) throw new Hangup(this.#call.hangup);
      const other = checkOther(this.#core, channel, operation);
      this.#checkOpen();
      using following = new Disposables();
      return await placeBy(other, operation, options, () => {
        const placement = checkPlacement(other, to, options, { replaces, referredBy, headers });
        const dial: Placement['dial'] = (offer, call) => {
          this.#checkOpen();
          this.#settle();
          follow(other, call, this.#reply.accept(), following);
          return placement.dial(offer, call);
        };
        return { ...placement, dial };
      });
    });
  }

  #checkOpen(): void {
    if (this.#isAnswered) throw new ChannelError('INVALID_STATE', 'this transfer request has been answered already');
  }

  #settle(): void {
    this.#isAnswered = true;
    for (const each of this.#waiting) each[Symbol.dispose]();
  }
}

/** Tells who asked for a call how it goes. */
function follow({ events }: ChannelCore, call: Call, progress: ReferProgress, following: Disposables): void {
  progress.notify(100);
  following.use(
    events.on('state', (state) => {
      if (state === State.RING_OUTGOING) progress.notify(180);
      else if (state === State.ANSWERED) progress.notify(200);
      else if (state === State.IDLE) progress.notify(failureOf(call));
    }),
  );
}

/** The status that a call out has ended with; what stands for it where there was none. */
function failureOf({ endInfo, cause }: Call): number {
  const status = endInfo?.status ?? statusForCause(cause);
  if (status !== undefined && status >= 300) return status;
  if (cause === Cause.TIMEOUT) return 408;
  return cause === Cause.NORMAL ? 487 : 500;
}

/** Asks the program of a channel whether it will call somebody else for its far end. */
export async function askToTransfer(core: ChannelCore, referred: ReferredTo, reply: ReferReply): Promise<void> {
  const { call, events, journal } = core;
  // It may have overtaken the acknowledgement of our answer.
  if (call.state === State.ANSWERING) await call.until((state) => state !== State.ANSWERING, new Stop());
  if (!call.isUp) {
    reply.refuse(call.isLive ? 603 : 481);
    return;
  }
  journal.add({ kind: 'note', text: `the far end asks to call ${referred.to}` });
  if (core.call.backToBack?.transfer(core.call, referred, reply)) return;
  if (events.count('transferRequest') === 0) {
    reply.refuse(603);
    return;
  }
  const request = new TransferRequest(core, referred, reply);
  if (!events.emit('transferRequest', request)) request.refuse(500);
}
