import { ChannelError } from '../errors.ts';
import type { OperationOptions } from '../operation.ts';
import { bargeInDigits } from './bargein.codec.ts';
import type { ChannelCore } from './channel-core.ts';
import { ChannelPlayer, type Playable } from './channel-player.ts';
import { parseFileName } from './file-name.codec.ts';
import type { PlayerCause, PlayerState } from './media-cause.ts';
import type { OptionNames } from './option-names.ts';

/** How to start playing a file. */
export interface PlayStartOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * Which keys of the far end stop it: `true` for all, or a string of digits. Only a key pressed while it plays counts, not one
   * that waits in the detector's buffer. Default false.
   */
  bargeIn?: boolean | string | undefined;
  /** Plays it over and over until it is stopped. Default false. */
  loop?: boolean | undefined;
}

/** How to play a file. */
export interface PlayOptions extends PlayStartOptions {
  /** Stops it after so many milliseconds, with the cause `TIMEOUT`. No limit by default. */
  timeout?: number | undefined;
}

const START_OPTIONS: OptionNames<PlayStartOptions> = { bargeIn: true, loop: true, signal: true };
const PLAY_OPTIONS: OptionNames<PlayOptions> = { ...START_OPTIONS, timeout: true };

/**
 * Plays WAV files to the far end (`channel.filePlayer`).
 *
 * File names are relative to the media directory; nothing outside it can be played. One thing is sent at a time: while a file,
 * digits or a tone are being sent, another one rejects with `ChannelError` `BUSY`. Names and causes are those of the Aculab UAS
 * API.
 *
 * @example
 * const cause = await channel.filePlayer.play('menu.wav', { bargeIn: true });
 * if (cause === PlayerCause.BARGEIN) console.log('a key was pressed');
 */
export class FilePlayer {
  readonly #core: ChannelCore;
  readonly #player: ChannelPlayer;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
    this.#player = new ChannelPlayer(core, 'filePlayer');
  }

  /** `PLAYING` while a file plays; `ERROR` after one that broke off; otherwise `IDLE`. */
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
   * Plays a file and waits until it has been played.
   *
   * Resolves with `NORMAL`, `BARGEIN`, `ABORTED` (by {@link FilePlayer.stop}), `TIMEOUT`, or `ERROR` when it broke off in the
   * middle ({@link FilePlayer.error} says why). However it ends, it is off the wire within one packet (20 ms).
   *
   * @param file - name of a WAV file, relative to the media directory.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `FILE_NOT_FOUND`, `FILE_INVALID`, `FILE_UNREADABLE`,
   * `FILE_OUTSIDE_MEDIA_DIRECTORY`, `INVALID_ARGUMENT`; nothing has been sent then.
   */
  play(file: string, options: PlayOptions = {}): Promise<PlayerCause> {
    return this.#player.play({ subject: file, options, names: PLAY_OPTIONS, check: () => this.#check(file, options) });
  }

  /**
   * Starts to play a file, and resolves with `true` when its audio is ready to be sent. It plays on by itself:
   * {@link FilePlayer.state} and {@link FilePlayer.waitUntilFinished} follow it.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FilePlayer.play}.
   */
  start(file: string, options: PlayStartOptions = {}): Promise<boolean> {
    return this.#player.start({
      subject: file,
      options,
      names: START_OPTIONS,
      check: () => this.#check(file, options),
    });
  }

  /** Stops what is playing; resolves with `true` when nothing is sent any more. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#player.stop();
  }

  /**
   * Waits until what was started has been played, and resolves with the cause; with `NONE` when nothing was ever started.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it plays on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<PlayerCause> {
    return this.#player.waitUntilFinished(options);
  }

  #check(file: string, { bargeIn, loop = false }: PlayStartOptions): Playable {
    parseFileName(file);
    const digits = bargeInDigits(bargeIn);
    if (typeof loop !== 'boolean') {
      throw new ChannelError('INVALID_ARGUMENT', `loop must be true or false, not ${JSON.stringify(loop)}`);
    }
    const { files } = this.#core.environment;
    return {
      file,
      async prepare(session) {
        const path = await files.forReading(file);
        return () => session.play({ sources: [{ kind: 'file', name: file, path }], bargeIn: digits, loop });
      },
    };
  }
}
