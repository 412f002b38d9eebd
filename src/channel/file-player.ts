import type { ChannelError } from '../errors.ts';
import type { OperationOptions } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { ChannelPlayer } from './channel-player.ts';
import type { PlayerCause, PlayerState } from './media-cause.ts';
import type { Media } from './playback/media.ts';
import {
  PLAY_OPTIONS,
  type PlayOptions,
  type PlayStartOptions,
  SAY_OPTIONS,
  type SayOptions,
  START_OPTIONS,
} from './playback/play-options.ts';
import { playable } from './playback/playable.ts';
import type { Playback } from './playback/playback.ts';

/**
 * Plays to the far end (`channel.filePlayer`): files, and everything else that {@link Media} names: installed sounds, recordings, numbers,
 * text, tones, audio in memory, and lists of these.
 *
 * File names are relative to the media directory; nothing outside it can be played. One thing is sent at a time: while something is being
 * sent, or waits in the queue, `play()` and `start()` reject with `ChannelError` `BUSY`, and {@link FilePlayer.enqueue} lets it wait. What
 * cannot be opened is refused before anything of it is sent. Names and causes are those of the Aculab UAS API; controls, positions and
 * lists are those of ARI's playbacks, the queue that of SEMS.
 *
 * @example
 * const cause = await channel.filePlayer.play('menu.wav', { bargeIn: true });
 * if (cause === PlayerCause.BARGEIN) console.log('a key was pressed');
 * await channel.filePlayer.play(['sound:you-have', { number: 3 }, 'sound:messages']);
 */
export class FilePlayer {
  readonly #core: ChannelCore;
  readonly #player: ChannelPlayer;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
    this.#player = new ChannelPlayer(core, 'filePlayer');
  }

  /** `PLAYING` while something plays; `ERROR` after something that broke off; otherwise `IDLE`. */
  get state(): PlayerState {
    return this.#player.state;
  }

  /** How the last playing ended; `NONE` while it runs or when there was none. */
  get cause(): PlayerCause {
    return this.#player.cause;
  }

  /** What went wrong with the last playing, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#player.error;
  }

  /**
   * Plays something and waits until it has been played.
   *
   * Resolves with `NORMAL`, `BARGEIN`, `ABORTED` (by {@link FilePlayer.stop}), `TIMEOUT`, or `ERROR` when it broke off in the
   * middle ({@link FilePlayer.error} says why). However it ends, it is off the wire within one packet (20 ms).
   *
   * @param media - name of a file, relative to the media directory; or any other {@link Media}.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `INVALID_ARGUMENT`; of a file `FILE_NOT_FOUND`, `FILE_INVALID`,
   * `FILE_UNREADABLE`, `FILE_OUTSIDE_MEDIA_DIRECTORY`, `DECODER_MISSING`; of a sound `SOUND_NOT_FOUND`, `SOUND_LANGUAGE_MISSING`; of a
   * recording `RECORDING_NOT_FOUND`, `RECORDING_DELETED`; of text `SPEECH_FAILED`, `SPEECH_TIMEOUT`, `TEXT_TOO_LONG`; of an address
   * `URL_FAILED`; of a stream `STREAM_FAILED`. Nothing has been sent then.
   */
  play(media: Media, options: PlayOptions = {}): Promise<PlayerCause> {
    return this.#player.play({
      subject: media,
      options,
      names: PLAY_OPTIONS,
      check: () => playable(this.#core, media, options),
    });
  }

  /**
   * Starts to play something, and resolves with its {@link Playback} when its audio is ready to be sent. It plays on by itself.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FilePlayer.play}.
   * @example
   * const playback = await channel.filePlayer.start('music.wav', { volume: -10 });
   * await channel.sleep(5000);
   * await playback.forward(10_000);
   * console.log('heard', playback.heard, 'of', playback.duration, 'ms:', await playback.finished);
   */
  start(media: Media, options: PlayStartOptions = {}): Promise<Playback> {
    return this.#player.start({
      subject: media,
      options,
      names: START_OPTIONS,
      check: () => playable(this.#core, media, options),
    });
  }

  /**
   * Says a text and waits until it has been said: as `play({ text })`.
   *
   * @param text - plain text, or SSML in `<speak>`.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError as {@link FilePlayer.play}.
   * @example
   * await channel.filePlayer.say('Please hold the line.', { bargeIn: '#' });
   */
  say(text: string, options: SayOptions = {}): Promise<PlayerCause> {
    return this.#player.play({
      method: 'say',
      subject: text,
      options,
      names: SAY_OPTIONS,
      check: () => {
        const { voice, language, rate } = options;
        return playable(this.#core, { text, voice, language, rate }, options);
      },
    });
  }

  /**
   * Lets something be played when everything before it has been, without a gap, also what `play()` or `start()` began. It is opened at
   * once; what cannot be opened makes its {@link Playback} `FAILED`, and the queue goes on. While this channel sends something else, digits
   * for example, the queue waits. Aborting the signal stops it, also before its turn.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError `INVALID_STATE` unless answered, `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`; at once.
   * @throws `signal.reason` when it is aborted already.
   * @example
   * for (const name of ['welcome.wav', 'news.wav', 'goodbye.wav']) channel.filePlayer.enqueue(name);
   * await channel.filePlayer.drained();
   */
  enqueue(media: Media, options: PlayStartOptions = {}): Playback {
    return this.#player.enqueue({
      subject: media,
      options,
      names: START_OPTIONS,
      check: () => playable(this.#core, media, options),
    });
  }

  /**
   * Empties the queue: what waits never plays, what plays is stopped, all with the cause `ABORTED`. Resolves with `true` when nothing is
   * sent any more. Safe to repeat, never throws `Hangup`.
   */
  flush(): Promise<boolean> {
    return this.#player.stop('flush');
  }

  /**
   * Waits until nothing plays and nothing waits in the queue; at once when that is so.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it plays on.
   */
  drained(options: OperationOptions = {}): Promise<void> {
    return this.#player.drained(options);
  }

  /**
   * Stops what is playing, and what waits in the queue never plays: to go on with the queue, stop the one {@link Playback}. Resolves with
   * `true` when nothing is sent any more. Safe to repeat, never throws `Hangup`.
   */
  stop(): Promise<boolean> {
    return this.#player.stop();
  }

  /**
   * Waits until what plays has been played, and resolves with its cause; with `NONE` when nothing was ever started. What waits in the
   * queue is not waited for: {@link FilePlayer.drained} is for that.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it plays on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<PlayerCause> {
    return this.#player.waitUntilFinished(options);
  }
}
