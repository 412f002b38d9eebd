import { handled } from '../../operation.ts';
import type { Channel } from '../channel.ts';
import type { RecordOptions } from '../file-recorder.ts';
import type { PlayerCause, RecorderCause } from '../media-cause.ts';
import type { Media } from '../playback/media.ts';
import type { MusicOnHoldOptions } from '../playback/music-on-hold.ts';
import type { PlayOptions, PlayStartOptions, SayOptions } from '../playback/play-options.ts';
import type { Playback } from '../playback/playback.ts';
import type { Recording } from '../recording.ts';
import type { BridgeVoice } from './bridge-voice.ts';

/** What a player, a recorder or the music of a bridge does on the channel of the bridge's own. */
function on<T>(voice: BridgeVoice, run: (channel: Channel) => Promise<T>): Promise<T> {
  return handled(voice.channel().then(run));
}

/** Stops something on the channel of the bridge's own, if it has one. */
function stop(voice: BridgeVoice, run: (channel: Channel) => Promise<boolean>): Promise<boolean> {
  return handled(voice.known().then((channel) => (channel ? run(channel) : true)));
}

/**
 * Plays to all members of a bridge that hear (`bridge.filePlayer`), while they go on talking: what a {@link FilePlayer} plays, under the same
 * rules. Every method rejects with `Hangup` when the bridge is closed meanwhile, with `ChannelError` `INVALID_STATE` when it has been.
 *
 * @example
 * await bridge.filePlayer.say('The conference ends in five minutes.');
 */
export class BridgePlayer {
  readonly #voice: BridgeVoice;

  /** @internal */
  constructor(voice: BridgeVoice) {
    this.#voice = voice;
  }

  /** Plays something and waits until it has been played; as {@link FilePlayer.play}. */
  play(media: Media, options: PlayOptions = {}): Promise<PlayerCause> {
    return on(this.#voice, ({ filePlayer }) => filePlayer.play(media, options));
  }

  /** Starts to play something; as {@link FilePlayer.start}. */
  start(media: Media, options: PlayStartOptions = {}): Promise<Playback> {
    return on(this.#voice, ({ filePlayer }) => filePlayer.start(media, options));
  }

  /** Says a text and waits until it has been said; as {@link FilePlayer.say}. */
  say(text: string, options: SayOptions = {}): Promise<PlayerCause> {
    return on(this.#voice, ({ filePlayer }) => filePlayer.say(text, options));
  }

  /** Lets something be played when everything before it has been; as {@link FilePlayer.enqueue}. */
  enqueue(media: Media, options: PlayStartOptions = {}): Promise<Playback> {
    return on(this.#voice, async ({ filePlayer }) => filePlayer.enqueue(media, options));
  }

  /** Stops what is playing and empties the queue; resolves with `true`. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return stop(this.#voice, ({ filePlayer }) => filePlayer.stop());
  }
}

/**
 * Records what all members of a bridge say (`bridge.fileRecorder`), not what the bridge plays to them: as a {@link FileRecorder}, under the same
 * rules.
 *
 * @example
 * const recording = await bridge.fileRecorder.start('meeting.wav', { timeout: Infinity });
 */
export class BridgeRecorder {
  readonly #voice: BridgeVoice;

  /** @internal */
  constructor(voice: BridgeVoice) {
    this.#voice = voice;
  }

  /** Records and waits until that is over; as {@link FileRecorder.record}. The end of the bridge ends it with the cause `HANGUP`. */
  record(file: string, options: RecordOptions = {}): Promise<RecorderCause> {
    return on(this.#voice, ({ fileRecorder }) => fileRecorder.record(file, options));
  }

  /** Starts to record; as {@link FileRecorder.start}. */
  start(file: string, options: RecordOptions = {}): Promise<Recording> {
    return on(this.#voice, ({ fileRecorder }) => fileRecorder.start(file, options));
  }

  /** Stops the recording; resolves with `true`. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return stop(this.#voice, ({ fileRecorder }) => fileRecorder.stop());
  }
}

/** Music that all members of a bridge hear while they go on talking (`bridge.musicOnHold`); as a {@link MusicOnHold}. */
export class BridgeMusic {
  readonly #voice: BridgeVoice;

  /** @internal */
  constructor(voice: BridgeVoice) {
    this.#voice = voice;
  }

  /** Starts the music; as {@link MusicOnHold.start}. A prompt of the bridge interrupts it. */
  start(media: Media, options: MusicOnHoldOptions = {}): Promise<boolean> {
    return on(this.#voice, ({ musicOnHold }) => musicOnHold.start(media, options));
  }

  /** Ends the music; resolves with `true`. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return stop(this.#voice, ({ musicOnHold }) => musicOnHold.stop());
  }
}
