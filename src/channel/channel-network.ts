import type { OperationOptions } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { ChannelTransfers } from './channel-transfers.ts';
import { type HoldOptions, hold, resume } from './hold/hold.ts';
import { journaled } from './journal/journaled.ts';
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
}
