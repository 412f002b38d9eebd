import type { ChannelError } from '../../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { journaled } from '../journal/journaled.ts';
import type { PlayerCause } from '../media-cause.ts';
import type { Media } from './media.ts';
import { checkDistance, checkPosition, checkVolume } from './play-options.ts';
import type { PlaybackRun } from './playback-run.ts';

/** Where a {@link Playback} stands. */
export const PlaybackState = {
  /** It waits for its turn, or for its media to be opened; nothing of it has been sent. */
  QUEUED: 'QUEUED',
  PLAYING: 'PLAYING',
  /** Silence is sent until `resume()`. */
  PAUSED: 'PAUSED',
  /** It is over: played to the end, stopped, barged in on or hung up on. `cause` says which. */
  DONE: 'DONE',
  /** It is over because of an error, which `error` has. */
  FAILED: 'FAILED',
} as const;
/** One of the names in {@link PlaybackState}. */
export type PlaybackState = (typeof PlaybackState)[keyof typeof PlaybackState];

/**
 * Something that is being played or waits for it: made by `filePlayer.start()`, `filePlayer.enqueue()` and `tonePlayer.start()`. A list of
 * media is one of these.
 *
 * Its methods take effect with the next packet (20 ms) and resolve with `true`; with `false` when it is over already. None of them ever
 * rejects with `Hangup`. Before its turn they say how it will begin: one that was paused waits in its turn until `resume()`.
 *
 * @example
 * const playback = await channel.filePlayer.start('recording:today', { skip: 5000 });
 * using keys = channel.on('digit', (digit) => {
 *   if (digit === '1') void playback.rewind();
 *   if (digit === '2') void (playback.state === PlaybackState.PAUSED ? playback.resume() : playback.pause());
 *   if (digit === '3') void playback.forward();
 *   if (digit === '#') void playback.stop();
 * });
 * await playback.finished;
 */
export class Playback implements AsyncDisposable {
  /** Resolves with the cause when it is over, however that comes, also with `HANGUP` and `ERROR`. Never rejects. */
  readonly finished: Promise<PlayerCause>;
  readonly #run: PlaybackRun;
  readonly #journal: Journal;
  readonly #name: string;

  /** @internal */
  constructor(run: PlaybackRun, journal: Journal, player: string) {
    this.#run = run;
    this.#journal = journal;
    this.#name = `${player}.playback`;
    this.finished = run.run.finished.then(() => run.cause);
  }

  /** What was asked for. */
  get media(): Media {
    return this.#run.playable.media;
  }

  /** Where it stands. */
  get state(): PlaybackState {
    const { isOver, error, hasBegun, progress } = this.#run;
    if (isOver) return error ? PlaybackState.FAILED : PlaybackState.DONE;
    if (!hasBegun) return PlaybackState.QUEUED;
    return progress.paused ? PlaybackState.PAUSED : PlaybackState.PLAYING;
  }

  /** How far it is, in milliseconds from the beginning of the first medium; stays readable after the end. */
  get position(): number {
    return this.#run.progress.positionMs;
  }

  /** Length of all of it in milliseconds; `Infinity` for a loop, `undefined` as long as it is not known, as with a stream. */
  get duration(): number | undefined {
    return this.#run.progress.durationMs;
  }

  /**
   * How many milliseconds of it the far end could really hear: not while it was on hold, and nothing twice that was played again after
   * `rewind()`.
   */
  get heard(): number {
    return this.#run.progress.heardMs;
  }

  /** How much louder it is played, in decibels; less than 0 for softer. */
  get volume(): number {
    return this.#run.volume;
  }

  /** How it ended; `NONE` as long as it has not. */
  get cause(): PlayerCause {
    return this.#run.cause;
  }

  /** What went wrong, when the state is `FAILED`. */
  get error(): ChannelError | undefined {
    return this.#run.error;
  }

  /** Ends it; resolves when nothing of it is sent any more. One that waits never plays; the next in the queue begins. Safe to repeat. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', [], async () => {
      const wasOver = this.#run.isOver;
      this.#run.halt('ABORTED');
      await this.#run.run.finished;
      return !wasOver;
    });
  }

  /** Sends silence from now on and remembers the position. Does nothing when it is paused already. */
  pause(): Promise<boolean> {
    return this.#journaled('pause', [], async () => this.#run.pause());
  }

  /** Goes on where `pause()` has stopped it. Does nothing when it is not paused. */
  resume(): Promise<boolean> {
    return this.#journaled('resume', [], async () => this.#run.resume());
  }

  /**
   * Goes back so many milliseconds; to the beginning when it is not as far as that. It stays paused if it is.
   *
   * @param ms - more than 0; `skip` of its options when left out.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  rewind(ms?: number): Promise<boolean> {
    return this.#journaled('rewind', [ms], async () => this.#run.seek(this.position - this.#distance(ms)));
  }

  /**
   * Goes forward so many milliseconds. Beyond the end it is over, with `NORMAL`, as if it had been played to there.
   *
   * @param ms - more than 0; `skip` of its options when left out.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  forward(ms?: number): Promise<boolean> {
    return this.#journaled('forward', [ms], async () => this.#run.seek(this.position + this.#distance(ms)));
  }

  /** Plays it from the beginning, of a list from the beginning of the first medium. It stays paused if it is. */
  restart(): Promise<boolean> {
    return this.#journaled('restart', [], async () => this.#run.seek(0));
  }

  /**
   * Goes on at a position, in milliseconds from the beginning; beyond the end it is over, with `NORMAL`. It stays paused if it is.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  seek(position: number): Promise<boolean> {
    return this.#journaled('seek', [position], async () => this.#run.seek(checkPosition('position', position)));
  }

  /**
   * Plays it louder or softer from now on.
   *
   * @param decibels - from -60 to 20; 0 as it was recorded. What gets louder than audio can be is cut off there.
   * @throws ChannelError `INVALID_ARGUMENT`.
   */
  setVolume(decibels: number): Promise<boolean> {
    return this.#journaled('setVolume', [decibels], async () => this.#run.setVolume(checkVolume(decibels)));
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #distance(ms: number | undefined): number {
    return ms === undefined ? this.#run.playable.skip : checkDistance('ms', ms);
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#journal, `${this.#name}.${method}`, values, run);
  }
}
