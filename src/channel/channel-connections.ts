import type { OperationOptions } from '../operation.ts';
import type { Channel } from './channel.ts';
import { ChannelAudio, coreOf } from './channel-audio.ts';
import type { ChannelCore } from './channel-core.ts';
import { journaled } from './journal/journaled.ts';
import {
  type ConnectOptions,
  connect,
  disconnect,
  releaseMedia,
  takeMedia,
  waitForDisconnect,
} from './parties/connect.ts';

/** What every {@link Channel} can do together with another one. */
export abstract class ChannelConnections extends ChannelAudio {
  readonly #core: ChannelCore;

  /** @internal */
  constructor(core: ChannelCore) {
    super(core);
    this.#core = core;
  }

  /**
   * Further channels for calls out, which belong to this one: for calling somebody while this call is up, to connect the two. There are as
   * many as the option `extraChannels` of the user agent says, 1 by default; an extra channel has none itself. They can do whatever a
   * channel of `ua.channel()` can, and each of their calls counts for `maxCalls`.
   *
   * The end of this channel's call does not end theirs. When the call handler ends, those that are not IDLE are hung up with this channel;
   * of a channel of `ua.channel()`, `await using` does the same. (Aculab UAS: `ExtraChannel`.)
   *
   * @example
   * const [colleague] = channel.extraChannel;
   * if ((await colleague?.call('sip:colleague@192.0.2.1', { timeout: 30_000 })) === 'ANSWERED') {
   *   await colleague?.filePlayer.say('There is a call for you.');
   * }
   */
  get extraChannel(): readonly Channel[] {
    return this.#core.owner.extraChannels();
  }

  /**
   * Connects the calls of two channels, which both have to be answered: from now on their far ends hear each other. Resolves with `true`
   * then, with `false` when the other channel is not ANSWERED. It lasts until {@link ChannelConnections.disconnect} of either channel, or
   * the end of either call; the other channel stays usable.
   *
   * Meanwhile nothing else can be played or sent on either channel; music on hold is not heard. Recording, detecting keys, speech and tones,
   * and recording of the whole call go on. Audio passes untouched, packet by packet, when both calls use the same codec.
   * (Aculab UAS: `connect`.)
   *
   * @param other - any other channel of the same user agent.
   * @throws Hangup when this call is over.
   * @throws ChannelError `INVALID_STATE` unless this channel is ANSWERED; `BUSY` while one of the two sends something, is connected or in a
   * bridge; `INVALID_ARGUMENT` for this channel itself, and for what is no channel of this user agent.
   * @example
   * const [colleague] = channel.extraChannel;
   * if (colleague && (await colleague.call('sip:colleague@192.0.2.1')) === 'ANSWERED') {
   *   await channel.connect(colleague);
   *   await channel.waitForDisconnect();
   * }
   */
  connect(other: Channel, options: ConnectOptions = {}): Promise<boolean> {
    const named = coreOf(other)?.id ?? other;
    return journaled(this.#core.journal, 'connect', [named, options], () => connect(this.#core, other, options));
  }

  /**
   * Has the far ends of two connected channels send their audio directly to each other, and no longer through this side, which saves its
   * delay, bandwidth and work. Each is told of the other by a re-INVITE (third-party call control, RFC 3725); the signalling stays here.
   * Resolves when both have agreed; on either channel, harmless when it is so already. {@link CallInfo.isMediaReleased} says so, and the event
   * `mediaReleased` on both. The two must be able to reach each other at the addresses that they describe, which is not looked at here.
   *
   * Meanwhile nothing is heard here of either far end: no key but by SIP INFO, no speech and no tone; `mediaTimeout` does not count.
   * The audio comes back by {@link ChannelConnections.takeMedia}, by {@link ChannelConnections.disconnect} and `hold()` before they resolve,
   * by the end of either call, and as soon as one of the far ends changes its session itself (re-INVITE, UPDATE). (Asterisk: `direct_media`.)
   *
   * @throws Hangup when this call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless this channel is connected, both are ANSWERED, neither is held and both are calls on the network,
   * and when the connection ends meanwhile; `BUSY` while one of the two is recorded; `REFUSED` when a far end will not, for example because the
   * two have no codec in common: audio goes through this side as before then, after `timeout` (`TIMEOUT`; no limit by default) and `signal`
   * too, unless a far end will not come back either, of which {@link CallInfo.isMediaReleased} tells. `INVALID_ARGUMENT`.
   * @example
   * const [colleague] = channel.extraChannel;
   * if (colleague && (await colleague.call('sip:colleague@192.0.2.1')) === 'ANSWERED') {
   *   await channel.connect(colleague);
   *   await channel.releaseMedia();
   *   await channel.waitForDisconnect();
   * }
   */
  releaseMedia(options: OperationOptions = {}): Promise<void> {
    return journaled(this.#core.journal, 'releaseMedia', [options], () => releaseMedia(this.#core.call, options));
  }

  /**
   * Takes the audio of both far ends back: the connection goes on through this side. On either channel, harmless when it goes through this
   * side already.
   *
   * @throws Hangup when this call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless this channel is connected; `REFUSED` when a far end will not come back, whose audio is not heard
   * here then, as {@link CallInfo.isMediaReleased} goes on to say: it can be tried again. `TIMEOUT` after `timeout` milliseconds, no limit by default: what the far ends have been asked already goes on.
   * `INVALID_ARGUMENT`.
   * @example
   * await channel.takeMedia();
   * await channel.wholeCallRecorder.start('rest-of-the-call.wav');
   */
  takeMedia(options: OperationOptions = {}): Promise<void> {
    return journaled(this.#core.journal, 'takeMedia', [options], () => takeMedia(this.#core.call, options));
  }

  /**
   * Ends the connection to another channel, from either side; the far ends do not hear each other any more, and both calls go on. Resolves
   * with `true` when there was one, and when audio that was released comes to this side again or a far end has refused that. Safe to repeat, never throws `Hangup`.
   * (Aculab UAS: `disconnect`.)
   */
  disconnect(): Promise<boolean> {
    return journaled(this.#core.journal, 'disconnect', [], () => disconnect(this.#core.call));
  }

  /**
   * Waits until the channel is not connected any more, because one of the two was disconnected or the call of the other one has ended, and
   * until audio that was released comes to this side again; at once when it is not connected.
   *
   * @throws Hangup when this call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds, the connection goes on; no limit by default. `INVALID_ARGUMENT`.
   */
  waitForDisconnect(options: OperationOptions = {}): Promise<void> {
    return journaled(this.#core.journal, 'waitForDisconnect', [options], () =>
      waitForDisconnect(this.#core.call, options),
    );
  }
}
