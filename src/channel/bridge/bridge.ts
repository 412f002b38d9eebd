import { ChannelError } from '../../errors.ts';
import { handled, runOperation } from '../../operation.ts';
import type { Channel } from '../channel.ts';
import { coreOf } from '../channel-audio.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { ChannelEnvironment } from '../channel-environment.ts';
import { journaled } from '../journal/journaled.ts';
import type { InnerChannels } from '../local/inner-channels.ts';
import type { LinkOptions } from '../mix-port.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import type { ToneManager } from '../tone/tone-manager.ts';
import type { TonePlayer } from '../tone/tone-player.ts';
import type { AudioWay, WayEnd } from './audio-way.ts';
import { AudioWays } from './audio-ways.ts';
import { type BridgeMember, tell } from './bridge-member.ts';
import { type BridgeEvents, BridgeParties } from './bridge-parties.ts';
import {
  ADD_OPTIONS,
  AUDIO_WAY_OPTIONS,
  type AudioWayOptions,
  type BridgeAddOptions,
  type BridgeOptions,
  checkAudioWay,
  checkBridgeOptions,
} from './bridge-settings.ts';
import { BridgeMusic, BridgePlayer, BridgeRecorder } from './bridge-sounds.ts';
import { BridgeVoice } from './bridge-voice.ts';

const EVENTS: OptionNames<BridgeEvents> = { empty: true, joined: true, left: true, loudest: true, talking: true };

/**
 * Lets the far ends of any number of channels hear each other, each all others and not itself; made by `ua.bridge()`. They may speak
 * different codecs and packet lengths, and however many talk at once, nothing is clipped.
 *
 * A member goes on as a channel: it collects keys, records its far end, and what is played on it is heard by it alone, instead of the bridge,
 * for as long as that lasts. It cannot be connected, transferred or put into a second bridge meanwhile (`BUSY`). A member that hangs up leaves
 * by itself; closing the bridge ends no call. Bridges are those of ARI; members and levels those of the conference ports of pjsua.
 *
 * @example
 * await using bridge = ua.bridge();
 * ua.onCall(async (channel) => {
 *   await channel.answer();
 *   const member = await bridge.add(channel);
 *   for await (const digit of channel.digits()) if (digit === '*') member.mute();
 * });
 */
export class Bridge implements AsyncDisposable {
  /** Plays to all members. To one of them plays the `filePlayer` of its channel. */
  readonly filePlayer: BridgePlayer;
  /** Records what all members say. */
  readonly fileRecorder: BridgeRecorder;
  /** Music for all members. */
  readonly musicOnHold: BridgeMusic;
  readonly #environment: ChannelEnvironment;
  readonly #parties: BridgeParties;
  readonly #ways = new AudioWays();
  readonly #voice: BridgeVoice;

  /** @internal */
  constructor(environment: ChannelEnvironment, inner: InnerChannels, options: BridgeOptions) {
    const { relayDigits } = checkBridgeOptions(options);
    this.#environment = environment;
    const parties = new BridgeParties(environment, relayDigits);
    this.#parties = parties;
    this.#voice = new BridgeVoice({
      environment,
      inner,
      near: () => parties.anySession,
      join: (session) => parties.admit(session),
    });
    this.filePlayer = new BridgePlayer(this.#voice);
    this.fileRecorder = new BridgeRecorder(this.#voice);
    this.musicOnHold = new BridgeMusic(this.#voice);
    this.#parties.events.on('left', ({ channel }) => this.#ways.endWhispers(channel));
  }

  /** Those who take part, in the order in which they came. */
  get members(): readonly BridgeMember[] {
    return this.#parties.members;
  }

  /** The members that talk just now and are heard. */
  get talkers(): readonly BridgeMember[] {
    return this.members.filter((member) => member.isTalking);
  }

  /** The loudest of those who talk; `undefined` when all are silent. */
  get loudest(): BridgeMember | undefined {
    return this.#parties.loudest;
  }

  /** Whether it has been closed. */
  get isClosed(): boolean {
    return this.#parties.isClosed;
  }

  /**
   * Lets a channel take part.
   *
   * @throws Hangup when its call is over.
   * @throws ChannelError `INVALID_STATE` unless it is answered, or when the bridge is closed; `BUSY` when it is in a bridge or connected
   * already; `INVALID_ARGUMENT` for a channel of another user agent, or for bad options.
   * @example
   * const listener = await bridge.add(channel, { talks: false, volume: 6 });
   */
  add(channel: Channel, options: BridgeAddOptions = {}): Promise<BridgeMember> {
    return this.#of('bridge.add', channel, [options], (core) => {
      const refused = refuseOptions(core.call, 'bridge.add()', options, ADD_OPTIONS);
      if (refused) return refused;
      return runOperation(core.call, { signal: options.signal }, async () =>
        this.#parties.add(channel, core.call, options),
      );
    });
  }

  /** Takes a channel out; its call goes on. Tells whether it was in. */
  remove(channel: Channel): boolean {
    return this.#parties.remove(channel);
  }

  /** What every member says just now: the level of its last 20 ms in dBov, 0 the loudest, -127 silence, after its gain. */
  levels(): Promise<ReadonlyMap<Channel, number>> {
    return handled(this.#parties.levels());
  }

  /**
   * Lets `to` alone hear `from`, a member that nobody else hears as long as this lasts: for a coach, or for a secret between two members. It
   * hears what it heard before.
   *
   * @throws Hangup when the call of `from` is over.
   * @throws ChannelError `INVALID_STATE` when one of them is no member; `INVALID_ARGUMENT` for the same channel twice, or for bad options.
   * @example
   * const [agent] = bridge.members;
   * await bridge.add(channel, { muted: true });
   * if (agent) await bridge.whisper(channel, agent.channel);
   */
  whisper(from: Channel, to: Channel, options: AudioWayOptions = {}): Promise<AudioWay> {
    return this.#way('bridge.whisper', from, to, options, (speaker, ear, link) => {
      const member = this.#parties.member(from);
      if (!member || !this.#parties.member(to)) {
        throw new ChannelError('INVALID_STATE', 'bridge.whisper() needs two members of the bridge');
      }
      const way = this.#ways.whisper(speaker, ear, link, () => tell(member, { whispers: -1 }));
      tell(member, { whispers: 1 });
      return way;
    });
  }

  /**
   * Lets `listener` hear what the far end of `target` says, and nothing the other way round; neither has to be a member. To what is connected
   * elsewhere it listens as well: one tap for each side.
   *
   * @throws Hangup when the call of `listener` is over.
   * @throws ChannelError `INVALID_STATE` unless both are answered, or when the bridge is closed; `INVALID_ARGUMENT`.
   */
  tap(listener: Channel, target: Channel, options: AudioWayOptions = {}): Promise<AudioWay> {
    return this.#way('bridge.tap', listener, target, options, (ear, speaker, link) =>
      this.#ways.link(speaker, ear, link),
    );
  }

  /**
   * Lets the far end of `target` hear what the one of `speaker` says, and nothing the other way round; neither has to be a member.
   *
   * @throws Hangup when the call of `speaker` is over.
   * @throws ChannelError as {@link Bridge.tap}.
   */
  speakTo(speaker: Channel, target: Channel, options: AudioWayOptions = {}): Promise<AudioWay> {
    return this.#way('bridge.speakTo', speaker, target, options, (mouth, ear, link) =>
      this.#ways.link(mouth, ear, link),
    );
  }

  /**
   * The bridge's own channel: what is played, said or sent on it is heard by all members, and what they say is what its recorders, detectors
   * and audio streams hear. It is ANSWERED, is none of `members` and none of `ua.channels`, and is hung up when the bridge is closed. Made when
   * it is asked for first.
   *
   * @throws ChannelError `INVALID_STATE` when the bridge is closed.
   * @example
   * const own = await bridge.channel();
   * await own.createTonePlayer().play('BEEP');
   * own.on('speech', (isSpeaking) => console.log(isSpeaking ? 'somebody speaks' : 'all are silent'));
   */
  channel(): Promise<Channel> {
    return this.#voice.channel();
  }

  /**
   * Makes a player of tones for all members; as {@link ChannelAudio.createTonePlayer}.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, or `INVALID_STATE` when the bridge is closed.
   */
  createTonePlayer(toneManager?: ToneManager): Promise<TonePlayer> {
    return handled(this.channel().then((channel) => channel.createTonePlayer(toneManager)));
  }

  /**
   * Calls `listener` whenever something happens; dispose of what is returned to end that. A listener that throws is logged and disturbs
   * nothing.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   * @example
   * bridge.on('loudest', (member) => console.log('speaks:', member?.channel.info.from ?? 'nobody'));
   */
  on<Name extends keyof BridgeEvents>(event: Name, listener: (...args: BridgeEvents[Name]) => void): Disposable {
    if (!Object.hasOwn(EVENTS, event)) {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `a bridge has the events ${Object.keys(EVENTS).join(', ')}, not ${JSON.stringify(event)}`,
      );
    }
    if (typeof listener !== 'function') {
      throw new ChannelError('INVALID_ARGUMENT', `on('${event}') needs a function to call`);
    }
    return this.#parties.events.on(event, listener);
  }

  /** Takes everybody out and ends it; no call is ended by that. Safe to repeat. */
  close(): Promise<void> {
    return handled(this.#close());
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #way(
    method: string,
    first: Channel,
    second: Channel,
    options: AudioWayOptions,
    make: (first: WayEnd, second: WayEnd, link: LinkOptions) => AudioWay,
  ): Promise<AudioWay> {
    return this.#of(method, first, [options], (core) => {
      const refused = refuseOptions(core.call, `${method}()`, options, AUDIO_WAY_OPTIONS);
      if (refused) return refused;
      return runOperation(core.call, { signal: options.signal }, async () => {
        const link = checkAudioWay(options);
        const other = this.#coreOf(method, second);
        if (other === core) throw new ChannelError('INVALID_ARGUMENT', `${method}() needs two different channels`);
        this.#parties.demandOpen(`${method}()`);
        for (const { call } of [core, other]) call.demandAnswered(`${method}()`);
        return make({ channel: first, core }, { channel: second, core: other }, link);
      });
    });
  }

  async #close(): Promise<void> {
    this.#parties.close();
    this.#ways.close();
    await this.#voice.close();
  }

  /** Throws `ChannelError` `INVALID_ARGUMENT` unless it is a channel of the same user agent. */
  #coreOf(method: string, channel: Channel): ChannelCore {
    const core = coreOf(channel);
    if (core?.environment === this.#environment) return core;
    throw new ChannelError('INVALID_ARGUMENT', `${method}() needs a channel of the user agent that the bridge is of`);
  }

  /** Runs what is written into the journal of a channel. */
  #of<T>(
    method: string,
    channel: Channel,
    values: readonly unknown[],
    run: (core: ChannelCore) => Promise<T>,
  ): Promise<T> {
    try {
      const core = this.#coreOf(method, channel);
      return journaled(core.journal, method, values, () => run(core));
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }
}
