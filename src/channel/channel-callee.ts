import type { ConnectCalleeOptions } from './back-to-back/callee-options.ts';
import type { Callees } from './back-to-back/callees.ts';
import { type ConnectCalleeResult, connectCallee } from './back-to-back/connect-callee.ts';
import { connectAudio, disconnectAudio, otherLeg, terminateLeg, terminateOtherLeg } from './back-to-back/other-leg.ts';
import type { Channel } from './channel.ts';
import type { ChannelCore } from './channel-core.ts';
import { ChannelNetwork } from './channel-network.ts';
import { journaled } from './journal/journaled.ts';
import type { State } from './state.ts';

/** What every {@link Channel} can do as one side of a back-to-back call. */
export abstract class ChannelCallee extends ChannelNetwork {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    super(core);
    this.#core = core;
  }

  /**
   * Calls somebody for the caller, and connects the two when the callee answers: a back-to-back call (B2BUA), two calls that are one to
   * their far ends. A caller who is not answered yet hears how it goes, 180, 183 and early media included, and is answered when the callee
   * is. Resolves when the two are connected, or when nobody was reached.
   *
   * What the two far ends do then is carried over, both ways: audio (through this program; untouched when both use the same codec), keys, hold
   * and resume, INFO and MESSAGE with their responses, and the end. Events and journals tell of it as always. A request to transfer
   * ({@link TransferRequest}) is for the program unless `relayTransfer` says otherwise. The end of one call ends the other one, whoever ends it, but for
   * {@link ChannelCallee.terminateLeg}, {@link ChannelCallee.terminateOtherLeg} and the option `keepOnCalleeEnd`; the event `otherLegEnded`
   * tells of it first.
   *
   * When nobody was reached, a caller who is not answered is refused with the status of the callee, unless `relayFailure` is false; one
   * who is answered goes on with the program. Several callees are tried one after the other, or at once: the first who answers wins, and the
   * calls to the others are cancelled. A callee who refuses, however finally (6xx), stops no other.
   *
   * Called again, it hangs up the callee before. While it runs, nothing else can be sent on this channel; music on hold is heard, unless the
   * ring-back tone is. The channel of the callee is none of `extraChannel`; its call counts for `maxCalls`. (SEMS: `connectCallee`.)
   *
   * @param to - whom to call, SIP URIs; `sip:` may be left out. `['sip:a@host', 'sip:b@host']` one after the other,
   * `[['sip:a@host', 'sip:b@host'], 'sip:c@host']` the first two at once. Default: whom the caller has called, by the Request-URI, or by To
   * when the Request-URI is this user agent.
   * @throws Hangup when the call of this channel is or gets over, also when that is because the callee has hung up; callees that ring are
   * cancelled.
   * @throws ChannelError `INVALID_STATE` unless CALL_INCOMING, RING_INCOMING or ANSWERED, and for a callee who has a caller; `BUSY` while the channel sends something or is
   * connected or in a bridge, `INVALID_ARGUMENT`, also without `to` when the caller has called nobody but this user agent; `NO_COMMON_CODEC`
   * and `PORTS_EXHAUSTED` as {@link Channel.answer}; the errors of {@link FilePlayer.play} for the prompt of `confirm`; `STOPPED`.
   * @example
   * ua.onCall(async (channel) => {
   *   const { callee, cause } = await channel.connectCallee('sip:office@192.0.2.1', { ringTimeout: 20_000, relayFailure: false });
   *   if (callee) await channel.waitForIdle();
   *   else {
   *     await channel.answer();
   *     await channel.filePlayer.say(cause === 'BUSY' ? 'All lines are busy.' : 'Nobody is here.');
   *   }
   * });
   */
  connectCallee(to?: Callees, options: ConnectCalleeOptions = {}): Promise<ConnectCalleeResult> {
    return this.#journaled('connectCallee', [to, options], () => connectCallee(this.#core, to, options));
  }

  /**
   * The channel of the other side of a back-to-back call: of the callee for the caller, and the other way round. Undefined when there is
   * none, or its call is over.
   */
  get otherLeg(): Channel | undefined {
    return otherLeg(this.#core);
  }

  /**
   * Hangs up the other side of a back-to-back call; this one goes on with the program. While a callee is being called, gives that up:
   * {@link ChannelCallee.connectCallee} resolves, and the caller is not refused. Resolves with `true` when there was something to end. Safe
   * to repeat, never throws `Hangup`. (SEMS: `terminateOtherLeg`.)
   */
  terminateOtherLeg(): Promise<boolean> {
    return this.#journaled('terminateOtherLeg', [], () => terminateOtherLeg(this.#core));
  }

  /**
   * Hangs up this side of a back-to-back call; the other one, {@link ChannelCallee.otherLeg}, goes on with the program until the call handler
   * ends. Without another side it is {@link Channel.hangUp}. Resolves with the state. Safe to repeat, never throws `Hangup`.
   * (SEMS: `terminateLeg`.)
   */
  terminateLeg(): Promise<State> {
    return this.#journaled('terminateLeg', [], () => terminateLeg(this.#core));
  }

  /**
   * Takes the audio of a back-to-back call to the program: the two far ends do not hear each other any more, and each can be played to,
   * recorded and so on, on its channel. Everything else is carried over as before. Resolves with `true` when they were connected.
   * (SEMS: `connectAudio`.)
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError `INVALID_STATE` unless there is another side.
   * @example
   * await channel.connectAudio();
   * await channel.filePlayer.say('You have one minute left.');
   * await channel.disconnectAudio();
   */
  connectAudio(): Promise<boolean> {
    return this.#journaled('connectAudio', [], () => connectAudio(this.#core));
  }

  /**
   * Gives the audio of a back-to-back call back to the two far ends: they hear each other again. Resolves with `true` when they did not.
   * (SEMS: `disconnectAudio`.)
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError `INVALID_STATE` unless there is another side; `BUSY` while something is sent on one of the two channels, or one of
   * them is connected to another one or in a bridge.
   */
  disconnectAudio(): Promise<boolean> {
    return this.#journaled('disconnectAudio', [], () => disconnectAudio(this.#core));
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, method, values, run);
  }
}
