import { Disposables } from '../../disposables.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';
import { runOperation, type Stop } from '../../operation.ts';
import { answer } from '../answer.ts';
import { refusalFor } from '../call-media.ts';
import { Cause } from '../cause.ts';
import type { Channel } from '../channel.ts';
import type { ChannelCore } from '../channel-core.ts';
import { ANSWER_TIMEOUT_MS } from '../dial.ts';
import { gone } from '../hang-up.ts';
import { refuseOptions } from '../option-names.ts';
import { SIPHeaderField } from '../sip/sip-header-field.ts';
import { State } from '../state.ts';
import { BackToBack } from './back-to-back.ts';
import { type CalleePlan, CONNECT_CALLEE_OPTIONS, type ConnectCalleeOptions, checkPlan } from './callee-options.ts';
import { CalleeSearch } from './callee-search.ts';
import type { Callees } from './callees.ts';
import { CallerEar } from './caller-ear.ts';
import { type CalleeFailure, releaseFor } from './failure.codec.ts';
import { relayedFields } from './header-rules.codec.ts';

/** What has come of {@link ChannelCallee.connectCallee}. */
export interface ConnectCalleeResult {
  /** The state of the caller: `ANSWERED` when it is connected to a callee, or has no callee and was answered before. */
  readonly state: State;
  /** The channel of the callee who was connected; `undefined` when nobody was. */
  readonly callee: Channel | undefined;
  /** `NORMAL` when somebody was connected; otherwise why nobody was, `TIMEOUT` when `timeout` has passed. Of several, the one that tells most. */
  readonly cause: Cause;
  /** The SIP status that a callee has refused with; `undefined` when there was none. */
  readonly status: number | undefined;
  /** Who ended the call of that callee, and why. */
  readonly hangup: HangupInfo | undefined;
}

const OPERATION = 'connectCallee()';
const OFFERED: readonly State[] = [State.CALL_INCOMING, State.RING_INCOMING];

/** Calls a callee for the caller of a channel, and joins the two. */
export function connectCallee(
  core: ChannelCore,
  to: Callees | undefined,
  options: ConnectCalleeOptions,
): Promise<ConnectCalleeResult> {
  const { call } = core;
  const refused = refuseOptions(call, OPERATION, options, CONNECT_CALLEE_OPTIONS);
  if (refused) return refused;
  const { signal, timeout = ANSWER_TIMEOUT_MS } = options;
  return runOperation(
    call,
    { signal, timeout },
    async (stop) => {
      const plan = checkPlan(core, to, options);
      const isOffered = OFFERED.includes(call.state);
      if (!isOffered && call.state !== State.ANSWERED) {
        throw call.wrongState(OPERATION, 'CALL_INCOMING, RING_INCOMING or ANSWERED');
      }
      const { backToBack } = call;
      if (backToBack?.isUp && backToBack.isCallee(call)) {
        throw new ChannelError(
          'INVALID_STATE',
          `${OPERATION} is for the caller of a back-to-back call, not for its callee`,
        );
      }
      // The callee before is not needed any more.
      backToBack?.terminate(backToBack.other(call).call);
      using slots = new Disposables();
      slots.use(call.activity.take('joined', OPERATION));
      // Of a caller who is not answered, only a ringtone can be in the way; it goes on until there is something better to hear.
      if (isOffered) slots.use(call.activity.takeWhenFree('send', OPERATION, () => undefined));
      else slots.use(call.activity.take('send', OPERATION));
      return await new Connecting(core, plan, slots, signal).run(stop);
    },
    ['timeout'],
  );
}

/** One run of it. */
class Connecting {
  readonly #core: ChannelCore;
  readonly #plan: CalleePlan;
  /** Kept on the caller until the two are joined. */
  readonly #slots: Disposables;
  readonly #signal: AbortSignal | undefined;
  readonly #ear: CallerEar;
  readonly #search: CalleeSearch;

  constructor(core: ChannelCore, plan: CalleePlan, slots: Disposables, signal: AbortSignal | undefined) {
    this.#core = core;
    this.#plan = plan;
    this.#slots = slots;
    this.#signal = signal;
    this.#ear = new CallerEar(core, plan.ringbackTone);
    this.#search = new CalleeSearch(core, plan, this.#ear);
  }

  async run(stop: Stop): Promise<ConnectCalleeResult> {
    const { call } = this.#core;
    let isGivenUp = false;
    call.seeking = (text) => {
      isGivenUp = true;
      this.#search.stop(text);
    };
    const stopping = stop.onStop(() => this.#search.stop('the call was broken off by this side', call.endInfo?.q850));
    try {
      await this.#openMedia(stop);
      const found = stop.reason ? undefined : await this.#search.run();
      const callee = found?.core;
      if (callee?.call.isUp && !stop.reason) return await this.#connect(callee, stop);
      found?.cancel('the call was broken off by this side');
      await this.#ear.stop();
      return await this.#failed(stop, isGivenUp, found?.failure ?? this.#search.failure);
    } finally {
      stopping[Symbol.dispose]();
      call.seeking = undefined;
      await this.#ear.stop();
    }
  }

  /** The media of the callees shall be near that of the caller, which has to be there first. */
  async #openMedia(stop: Stop): Promise<void> {
    const { call } = this.#core;
    try {
      if (call.leg) await call.media.open(call.leg.localAddress);
    } catch (error) {
      // Nothing can become of the call, as of one that cannot be answered.
      if (!stop.reason && OFFERED.includes(call.state)) {
        stop.finish();
        const { status, cause } = refusalFor(error);
        const text = error instanceof Error ? error.message : undefined;
        call.release(cause, { by: 'local', status, text }, { status });
      }
      throw error;
    }
  }

  async #connect(callee: ChannelCore, stop: Stop): Promise<ConnectCalleeResult> {
    const { call, headerFieldsToSend } = this.#core;
    // From here on the end of either call decides, and nothing is given up half-done.
    stop.finish();
    const pair = new BackToBack(this.#core, callee, this.#plan.manners);
    try {
      const fields = [...headerFieldsToSend, ...this.#relayedFrom(callee, headerFieldsToSend)];
      if (OFFERED.includes(call.state)) await answer(call, fields, { signal: this.#signal });
      await this.#ear.stop();
      if (call.hangup || !pair.isUp) return this.#lost(callee);
      this.#slots.dispose();
      pair.join(OPERATION);
    } catch (error) {
      pair.terminate(callee.call);
      throw error;
    }
    return {
      state: call.state,
      callee: callee.owner.channel(),
      cause: Cause.NORMAL,
      status: undefined,
      hangup: undefined,
    };
  }

  /** The header fields of the callee's answer that the caller gets with ours, but for names that our own channel says itself. */
  #relayedFrom({ call }: ChannelCore, own: readonly SIPHeaderField[]): readonly SIPHeaderField[] {
    const names = new Set(own.map(({ name }) => name.toLowerCase()));
    const { headerRules } = this.#plan.manners;
    // What is set is for the callee.
    return relayedFields(call.leg?.answerHeaders ?? [], { ...headerRules, set: [] })
      .filter(({ name }) => !names.has(name.toLowerCase()))
      .map(({ name, value }) => new SIPHeaderField(name, value));
  }

  /** The callee has hung up before it could be joined. */
  #lost({ call: callee }: ChannelCore): ConnectCalleeResult {
    const { endInfo, cause } = callee;
    return { state: this.#core.call.state, callee: undefined, cause, status: endInfo?.status, hangup: endInfo };
  }

  async #failed(stop: Stop, isGivenUp: boolean, failure: CalleeFailure | undefined): Promise<ConnectCalleeResult> {
    const { call, endless } = this.#core;
    const isLate = stop.reason === 'timeout';
    const known =
      isLate || !failure
        ? { to: '', cause: isLate ? Cause.TIMEOUT : Cause.NORMAL, status: undefined, hangup: undefined }
        : failure;
    const { cause, status, hangup } = known;
    const isRefused = this.#plan.relayFailure && !isGivenUp && (!stop.reason || isLate) && OFFERED.includes(call.state);
    if (isRefused) {
      stop.finish();
      const release = releaseFor(known);
      const { status, reason, q850 } = release;
      call.release(cause, { by: 'local', status, reason, q850, text: 'no callee was reached' }, release);
      await gone(call, endless, undefined);
    }
    return { state: call.state, callee: undefined, cause, status, hangup };
  }
}
