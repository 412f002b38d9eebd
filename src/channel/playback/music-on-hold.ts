import type { ChannelError } from '../../errors.ts';
import { handled, type OperationOptions, runOperation } from '../../operation.ts';
import type { ChannelCore } from '../channel-core.ts';
import { journaled } from '../journal/journaled.ts';
import { PlayerState } from '../media-cause.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import type { Media } from './media.ts';
import { playable } from './playable.ts';
import { PlaybackRun } from './playback-run.ts';

/** How to play music on hold. */
export interface MusicOnHoldOptions extends Pick<OperationOptions, 'signal'> {
  /** How much louder, in decibels: -60 to 20, less than 0 for softer. Default 0, as it was recorded. */
  volume?: number | undefined;
  /** In which language sounds, numbers and text are that do not say so themselves. Default `channel.language`. */
  language?: string | undefined;
}

const OPTIONS: OptionNames<MusicOnHoldOptions> = { language: true, signal: true, volume: true };

/**
 * Music that the far end hears whenever nothing else is sent (`channel.musicOnHold`). A prompt, a tone, digits or an echo interrupt it; it
 * goes on by itself afterwards, where it was. It keeps no other method from sending.
 *
 * @example
 * await channel.musicOnHold.start(['music/one.wav', 'music/two.wav'], { volume: -6 });
 * await channel.sleep(30_000);
 * await channel.filePlayer.say('You are next.');
 * await channel.musicOnHold.stop();
 */
export class MusicOnHold {
  readonly #core: ChannelCore;
  #last: PlaybackRun | undefined;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** `PLAYING` from `start()` to `stop()`, also while something else is heard; `ERROR` when it broke off; otherwise `IDLE`. */
  get state(): PlayerState {
    const last = this.#last;
    if (!last) return PlayerState.IDLE;
    if (!last.isOver) return last.run.halted ? PlayerState.IDLE : PlayerState.PLAYING;
    return last.error ? PlayerState.ERROR : PlayerState.IDLE;
  }

  /** What went wrong, when the state is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#last?.error;
  }

  /**
   * Starts the music, and resolves with `true` when it can be heard, with `false` when it was stopped or replaced before that. It plays over
   * and over until {@link MusicOnHold.stop} or the end of the call. Music that there is already is over then.
   *
   * @param media - file, list or anything else that can be played.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_STATE` unless answered or on hold, and as {@link FilePlayer.play}.
   */
  start(media: Media, options: MusicOnHoldOptions = {}): Promise<boolean> {
    return this.#journaled('start', [media, options], () => this.#start(media, options));
  }

  /** Ends the music; resolves with `true` when nothing of it is sent any more. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', [], () => {
      this.#last?.halt('ABORTED');
      return handled(Promise.resolve(this.#last?.run.finished).then(() => true));
    });
  }

  #start(media: Media, options: MusicOnHoldOptions): Promise<boolean> {
    const { call } = this.#core;
    const refused = refuseOptions(call, 'musicOnHold.start()', options, OPTIONS);
    if (refused) return refused;
    const { signal, ...how } = options;
    return runOperation(call, { signal }, async (stop) => {
      const music = playable(this.#core, media, { ...how, loop: true });
      call.demandAnsweredOrHeld('musicOnHold.start()');
      const session = call.media.demand();
      const before = this.#last;
      const run = new PlaybackRun(
        call,
        (request) => session.playBackground(request),
        music,
        () => undefined,
      );
      this.#last = run;
      run.obey(stop);
      before?.halt('ABORTED');
      await before?.run.finished;
      run.takeTurn();
      await run.run.started;
      stop.finish();
      return !run.isOver;
    });
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `musicOnHold.${method}`, values, run);
  }
}
