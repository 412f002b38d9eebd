import type { HangupInfo } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import { checkTimeout, type OperationOptions, pause, runOperation } from '../operation.ts';
import { type AnswerOptions, answer } from './answer.ts';
import { type CallInfo, callInfo } from './call-info.ts';
import { Cause } from './cause.ts';
import { ChannelCallee } from './channel-callee.ts';
import type { ChannelCore, ChannelEvents } from './channel-core.ts';
import { type CallOptions, placeCall, type StartCallOptions, startCall, waitForOutgoingCall } from './dial.ts';
import type { FileManager } from './files/file-manager.ts';
import { hangUp, waitForIdle } from './hang-up.ts';
import type { Journal } from './journal/journal.ts';
import { journaled } from './journal/journaled.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';
import { hangUpParty } from './parties/hang-up-party.ts';
import type { Recordings } from './recordings/recordings.ts';
import { type RejectOptions, reject } from './reject.ts';
import { type RingOptions, ring } from './ring.ts';
import { ChannelSip } from './sip/channel-sip.ts';
import type { State } from './state.ts';
import { type WaitForAnswerMachineOptions, waitForAnswerMachine } from './wait-for-answer-machine.ts';

const EVENTS: OptionNames<ChannelEvents> = {
  connected: true,
  digit: true,
  disconnected: true,
  ended: true,
  held: true,
  info: true,
  mediaReleased: true,
  message: true,
  otherLegEnded: true,
  replaced: true,
  speech: true,
  state: true,
  tone: true,
  transferRequest: true,
};
const SLEEP_OPTIONS: OptionNames<Pick<OperationOptions, 'signal'>> = { signal: true };

/**
 * A telephone call under awaitable methods. A channel of an inbound call comes to the handler given to `ua.onCall()`; one for
 * outbound calls comes from `ua.channel()` and can call again when its call is over.
 *
 * Every method follows the same laws. It rejects with {@link Hangup} at once when there is no call, and within 100 ms when the call
 * ends while it runs; with {@link ChannelError} when it cannot be done; with `signal.reason` when its signal is aborted. The first
 * reason wins, and nothing that it started goes on after it has settled. Forgetting to await one is no unhandled rejection. Names,
 * states and causes are those of the Aculab UAS API; all durations are milliseconds.
 *
 * @example
 * ua.onCall(async (channel) => {
 *   await channel.ring();
 *   await channel.answer();
 *   await channel.filePlayer.play('welcome.wav', { bargeIn: true });
 *   const digits = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
 *   await channel.filePlayer.play(digits === '1' ? 'sales.wav' : 'office.wav');
 * });
 */
export class Channel extends ChannelCallee implements AsyncDisposable {
  /** Header fields, and requests within the call: INFO and MESSAGE. */
  readonly sip: ChannelSip;
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    super(core);
    this.#core = core;
    this.sip = new ChannelSip(core);
  }

  /** Different for every channel, also from one run of the program to the next; made of characters that fit a file name. */
  get id(): string {
    return this.#core.id;
  }

  /** The files of the media directory, the same as `ua.files`. */
  get files(): FileManager {
    return this.#core.environment.stored.files;
  }

  /** Recordings that are kept, the same as `ua.recordings`. */
  get recordings(): Recordings {
    return this.#core.environment.stored.recordings;
  }

  /** Where the call stands. */
  get state(): State {
    return this.#core.call.state;
  }

  /** Why the call is over; `NORMAL` as long as it is not. */
  get cause(): Cause {
    return this.#core.call.cause;
  }

  /** Details of the call at this moment. They stay readable after its end, until the channel places its next call. */
  get info(): CallInfo {
    return callInfo(this.#core);
  }

  /** What has happened on this channel so far, in order: for logs, for looking into trouble, for tests. */
  get journal(): Journal {
    return this.#core.journal;
  }

  /** Resolves when the present call (or else the next one) is over, with who ended it and why. Never rejects. */
  get ended(): Promise<HangupInfo> {
    return this.#core.call.ended;
  }

  /**
   * Calls `listener` whenever something happens; dispose of what is returned to end that. A listener that throws is logged and
   * disturbs nothing.
   *
   * @example
   * using listening = channel.on('digit', (digit) => console.log('pressed', digit));
   */
  on<Name extends keyof ChannelEvents>(event: Name, listener: (...args: ChannelEvents[Name]) => void): Disposable {
    if (!Object.hasOwn(EVENTS, event)) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `a channel has the events ${Object.keys(EVENTS).join(', ')}, not ${JSON.stringify(event)}`,
      );
    }
    if (typeof listener !== 'function') {
      throw new ChannelError('INVALID_ARGUMENT', `on('${event}') needs a function to call`);
    }
    return this.#core.on(event, listener);
  }

  /**
   * Tells the caller of an inbound call that it rings (180, or 183 with early media). Returns at once unless `duration` says
   * otherwise; ringing again is harmless. Resolves with the state, `RING_INCOMING`.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless CALL_INCOMING or RING_INCOMING; with early media also `NO_COMMON_CODEC` and
   * `PORTS_EXHAUSTED` (the call has been refused then), and the errors of {@link FilePlayer.play} for the ringtone.
   */
  ring(options: RingOptions = {}): Promise<State> {
    return this.#journaled('ring', [options], () => ring(this.#core.call, this.#core.tones, options));
  }

  /**
   * Answers an inbound call and resolves with `ANSWERED` when the caller has acknowledged it; audio flows from then on.
   *
   * When it rejects, also because of `signal` or `timeout`, the call is not left half-answered but ended.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless CALL_INCOMING or RING_INCOMING; `NO_COMMON_CODEC` (the call has been refused
   * with 488), `PORTS_EXHAUSTED` (503), `INVALID_ARGUMENT`, `TIMEOUT`.
   */
  answer(options: AnswerOptions = {}): Promise<State> {
    const { call, headerFieldsToSend } = this.#core;
    return this.#journaled('answer', [options], () => answer(call, headerFieldsToSend, options));
  }

  /**
   * Refuses an inbound call, or releases an answered one, and waits until it is over, for 60 seconds at most. Resolves with the
   * state.
   *
   * @param cause - BUSY, NOANSWER, UNOBTAINABLE, CHANGED, OUTOFORDER, BARRED, REJECTED (the default), NOCHANNELS or CONGESTION;
   * each stands for a SIP status.
   * @throws Hangup when the call is over already.
   * @throws ChannelError `INVALID_ARGUMENT`, or `INVALID_STATE` while an outbound call is not answered (use `hangUp()`).
   */
  reject(cause: Cause = Cause.REJECTED, options: RejectOptions = {}): Promise<State> {
    const { call, endless } = this.#core;
    return this.#journaled('reject', [cause, options], () => reject(call, endless, cause, options));
  }

  /**
   * Ends the call, whatever its state. An answered call is over when the far end has confirmed it or does not answer any more,
   * which takes half a minute to tell; it shows its old state until then. One that is not answered is over at once. Resolves with
   * the state: `IDLE`, or whatever it is after 60 seconds. Everything else that is pending on the call ends at once. Safe to
   * repeat, never throws `Hangup`.
   */
  hangUp(): Promise<State> {
    return this.#journaled('hangUp', [], () => hangUp(this.#core.call, this.#core.endless));
  }

  /**
   * Waits until the call is over, whoever ends it; at once when there is none. Resolves with `IDLE`, never throws `Hangup`.
   *
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; no limit by default.
   */
  waitForIdle(options: OperationOptions = {}): Promise<State> {
    const { call, endless } = this.#core;
    return this.#journaled('waitForIdle', [options], () => waitForIdle(call, endless, options));
  }

  /**
   * Places a call and waits for its answer. Resolves with `ANSWERED`, or with `IDLE` when it was not answered: `cause` says why
   * (BUSY, NOANSWER, REJECTED, ...; TIMEOUT after `timeout`), `info` has the details. Hanging up meanwhile also resolves with
   * `IDLE`.
   *
   * @param to - SIP URI; `sip:` may be left out.
   * @throws ChannelError `INVALID_STATE` unless IDLE, or on the channel of an inbound call; `INVALID_ARGUMENT`;
   * `HOST_UNRESOLVED`, `UNREACHABLE`, `PORTS_EXHAUSTED` when the INVITE could not be sent; `BUSY` when there are `maxCalls` calls
   * already; `STOPPED`.
   * @example
   * const state = await channel.call('sip:alice@192.0.2.1', { from: 'sip:bob@example.com', timeout: 30_000 });
   * if (state !== State.ANSWERED) console.log('not answered:', channel.cause);
   */
  call(to: string, options: CallOptions = {}): Promise<State> {
    return this.#journaled('call', [to, options], () => placeCall(this.#core, to, options));
  }

  /**
   * Places a call and resolves with `true` when it is under way, with `false` when it was over before that. Follow it by `state`
   * and {@link Channel.waitForOutgoingCall}.
   *
   * @throws ChannelError as {@link Channel.call}.
   */
  startCall(to: string, options: StartCallOptions = {}): Promise<boolean> {
    return this.#journaled('startCall', [to, options], () => startCall(this.#core, to, options));
  }

  /**
   * Waits for the outcome of {@link Channel.startCall}: resolves with `ANSWERED` or `IDLE`.
   *
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, the call goes on; no limit by default. `INVALID_STATE` on the
   * channel of an inbound call.
   */
  waitForOutgoingCall(options: OperationOptions = {}): Promise<State> {
    return this.#journaled('waitForOutgoingCall', [options], () => waitForOutgoingCall(this.#core, options));
  }

  /**
   * Waits until an answering machine has said its greeting and records: resolves with `true` after a beep and a silence, or after a long
   * silence; with `false` when `timeout` has passed. For a call whose `info.farEndType` is `ANSWER_MACHINE`, before the message is played.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered; `INVALID_ARGUMENT`.
   */
  waitForAnswerMachine(options: WaitForAnswerMachineOptions = {}): Promise<boolean> {
    return this.#journaled('waitForAnswerMachine', [options], () => waitForAnswerMachine(this.#core, options));
  }

  /**
   * Waits so many milliseconds.
   *
   * @throws Hangup when the call is or gets over: a program that sleeps notices.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  sleep(ms: number, options: Pick<OperationOptions, 'signal'> = {}): Promise<void> {
    return this.#journaled('sleep', [ms, options], () => this.#sleep(ms, options));
  }

  /** Hangs up, and the extra channels as well. */
  async [Symbol.asyncDispose](): Promise<void> {
    await hangUpParty(this);
  }

  #sleep(ms: number, options: Pick<OperationOptions, 'signal'>): Promise<void> {
    const { call, environment } = this.#core;
    const refused = refuseOptions(call, 'sleep()', options, SLEEP_OPTIONS);
    if (refused) return refused;
    return runOperation(call, { signal: options.signal }, async (stop) => {
      if (ms === undefined) throw new ChannelError('INVALID_ARGUMENT', 'sleep() needs a number of milliseconds');
      checkTimeout(ms, 'ms');
      await pause(environment.clock, ms, stop);
    });
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, method, values, run);
  }
}
