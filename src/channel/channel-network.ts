import type { OperationOptions } from '../operation.ts';
import type { Channel } from './channel.ts';
import { coreOf } from './channel-audio.ts';
import type { ChannelCore } from './channel-core.ts';
import { ChannelTransfers } from './channel-transfers.ts';
import { type HoldOptions, hold, resume } from './hold/hold.ts';
import { journaled } from './journal/journaled.ts';
import type { TransferCause } from './parties/transfer-cause.ts';
import { type RedirectOptions, redirect } from './referral/redirect.ts';
import { type TransferOptions, transfer } from './referral/transfer.ts';
import type { State } from './state.ts';

/** What every {@link Channel} asks of its far end: to wait, to talk to somebody else. */
export abstract class ChannelNetwork extends ChannelTransfers {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    super(core);
    this.#core = core;
  }

  /**
   * Puts the far end on hold by a re-INVITE, and resolves with `ON_HOLD` when it has agreed (RFC 3264 §8.4). It can be sent
   * {@link ChannelAudio.musicOnHold} then, and nothing it says is heard. What plays or records goes on, nothing new can be begun;
   * a connection or a bridge is kept, and audio flows in it again after {@link ChannelNetwork.resume}. To hold a call that is on hold
   * is harmless. When both sides change the session at once, one of them waits and tries again by itself (491, RFC 3261 §14.1).
   *
   * Whoever gives up by `signal` or `timeout` takes nothing back that the far end has been asked already: the state follows what it answers.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless ANSWERED or ON_HOLD; `REFUSED` when the far end will not, the call is ANSWERED again then;
   * `INVALID_ARGUMENT`, `TIMEOUT`.
   * @example
   * await channel.hold();
   * await channel.musicOnHold.start('music.wav');
   * await channel.sleep(10_000);
   * await channel.musicOnHold.stop();
   * await channel.resume();
   */
  hold(options: HoldOptions = {}): Promise<State> {
    return journaled(this.#core.journal, 'hold', [options], () => hold(this.#core.call, options));
  }

  /**
   * Takes the far end back from hold, and resolves with `ANSWERED`; harmless when it is not on hold. Changes of the session take turns: it
   * waits for a {@link ChannelNetwork.hold} that is under way. Only this ends a hold of this side, no offer of the far end does.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless ANSWERED, HOLDING or ON_HOLD; `REFUSED` when the far end will not, the call stays ON_HOLD
   * then; `INVALID_ARGUMENT`, `TIMEOUT`.
   */
  resume(options: OperationOptions = {}): Promise<State> {
    return journaled(this.#core.journal, 'resume', [options], () => resume(this.#core.call, options));
  }

  /**
   * Has the far end call somebody else in our place (REFER, RFC 3515 and RFC 5589), and resolves with what came of it, which is
   * {@link ChannelTransfers.transferCause} from then on. The state is TRANSFERRING meanwhile.
   *
   * `NORMAL`: the far end has reached them. Our part is over, this channel is IDLE. With anything else the call goes on as before,
   * ANSWERED or ON_HOLD: `TARGETREJECT` when they are busy or would not, `TARGETHANGUP`, `TIMEOUT`, `FAIL` when the far end will not or
   * nothing is known.
   *
   * With another channel the transfer is attended: the far end is to call the one on that channel and to take our place there
   * (Replaces, RFC 3891). Both calls may be on hold, and may be connected to each other, which ends with the request. After `NORMAL` both are over.
   *
   * Whoever gives up by `signal` or `timeout` takes nothing back: the far end may still call.
   *
   * @param to - SIP URI; `sip:` may be left out. Or another channel of the same user agent, ANSWERED or ON_HOLD.
   * @throws Hangup when the call is or gets over before anything is known; `transferCause` is `HANGUP` then.
   * @throws ChannelError `INVALID_STATE` unless both channels are ANSWERED or ON_HOLD; `INVALID_ARGUMENT`.
   * @example
   * const [colleague] = channel.extraChannel;
   * await channel.hold();
   * if (colleague && (await colleague.call('sip:colleague@192.0.2.1')) === 'ANSWERED') {
   *   await colleague.filePlayer.say('A caller for you.');
   *   if ((await channel.transfer(colleague)) !== 'NORMAL') await channel.resume();
   * }
   */
  transfer(to: string | Channel, options: TransferOptions = {}): Promise<TransferCause> {
    const named = coreOf(to)?.id ?? to;
    return journaled(this.#core.journal, 'transfer', [named, options], () => transfer(this.#core, to, options));
  }

  /**
   * Sends the caller of an inbound call elsewhere without answering: 302 with one address, 300 with several, the most wanted first
   * (RFC 3261 §21.3). Whether the caller goes there is up to the caller. Resolves with the state when the call is over; its cause is NORMAL.
   *
   * @throws Hangup when the call is over already.
   * @throws ChannelError `INVALID_STATE` unless CALL_INCOMING or RING_INCOMING; `INVALID_ARGUMENT`.
   * @example
   * ua.onCall((channel) => channel.redirect('sip:office@192.0.2.7'));
   */
  redirect(to: string | readonly string[], options: RedirectOptions = {}): Promise<State> {
    const { call, endless } = this.#core;
    return journaled(this.#core.journal, 'redirect', [to, options], () => redirect(call, endless, to, options));
  }
}
