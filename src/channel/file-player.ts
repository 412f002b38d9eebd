import { ChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, stopped } from '../operation.ts';
import { bargeInDigits } from './bargein.codec.ts';
import type { ChannelCore } from './channel-core.ts';
import { parseFileName } from './file-name.codec.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled } from './journal/journaled.ts';
import { PlayerCause, PlayerState } from './media-cause.ts';
import type { PlayOutcome } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';

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
  #run: MediaRun<PlayOutcome> | undefined;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** `PLAYING` while a file plays; `ERROR` after one that broke off; otherwise `IDLE`. */
  get state(): PlayerState {
    if (this.#run && !this.#run.isOver) return PlayerState.PLAYING;
    return this.cause === PlayerCause.ERROR ? PlayerState.ERROR : PlayerState.IDLE;
  }

  /** How the last playing ended; `NONE` while it runs or when there was none. */
  get cause(): PlayerCause {
    return this.#run ? causeOf(this.#run) : PlayerCause.NONE;
  }

  /** What went wrong with the last playing, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#run?.error;
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
    return this.#journaled('play', [file, options], (id) => this.#play(id, file, options));
  }

  /**
   * Starts to play a file, and resolves with `true` when its audio is ready to be sent. It plays on by itself:
   * {@link FilePlayer.state} and {@link FilePlayer.waitUntilFinished} follow it.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FilePlayer.play}.
   */
  start(file: string, options: PlayStartOptions = {}): Promise<boolean> {
    return this.#journaled('start', [file, options], (id) => this.#start(id, file, options));
  }

  /** Stops what is playing; resolves with `true` when nothing is sent any more. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', [], () => {
      const run = this.#run;
      run?.halt('ABORTED');
      return handled(Promise.resolve(run?.finished).then(() => true));
    });
  }

  /**
   * Waits until what was started has been played, and resolves with the cause; with `NONE` when nothing was ever started.
   *
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it plays on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<PlayerCause> {
    return this.#journaled('waitUntilFinished', [options], () => this.#wait(options));
  }

  #play(id: number, file: string, options: PlayOptions): Promise<PlayerCause> {
    const refused = refuseOptions(this.#core.call, 'filePlayer.play()', options, PLAY_OPTIONS);
    if (refused) return refused;
    const { signal, timeout } = options;
    return runOperation(
      this.#core.call,
      { signal, timeout },
      async (stop) => {
        const run = this.#begin('filePlayer.play()', id, file, options);
        run.obey(stop);
        await run.started;
        await run.finished;
        return causeOf(run);
      },
      ['timeout'],
    );
  }

  #start(id: number, file: string, options: PlayStartOptions): Promise<boolean> {
    const refused = refuseOptions(this.#core.call, 'filePlayer.start()', options, START_OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: options.signal }, async (stop) => {
      const run = this.#begin('filePlayer.start()', id, file, options);
      const started = run.started.then(() => stop.finish());
      run.obey(stop);
      await started;
      return true;
    });
  }

  #wait(options: OperationOptions): Promise<PlayerCause> {
    const refused = refuseOptions(this.#core.call, 'filePlayer.waitUntilFinished()', options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.call, options, async (stop) => {
      await Promise.race([this.#run?.finished, stopped(stop)]);
      return this.cause;
    });
  }

  #journaled<T>(method: string, values: readonly unknown[], run: (id: number) => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `filePlayer.${method}`, values, run);
  }

  #begin(
    operation: string,
    id: number,
    file: string,
    { bargeIn, loop = false }: PlayStartOptions,
  ): MediaRun<PlayOutcome> {
    parseFileName(file);
    const digits = bargeInDigits(bargeIn);
    if (typeof loop !== 'boolean') {
      throw new ChannelError('INVALID_ARGUMENT', `loop must be true or false, not ${JSON.stringify(loop)}`);
    }
    const { call, journal } = this.#core;
    call.demandAnswered(operation);
    const session = call.media.demand();
    const slot = call.activity.take('send', operation);
    const run = new MediaRun(call, slot, async () => {
      const path = await call.environment.files.forReading(file);
      return () => session.play({ path, bargeIn: digits, loop });
    });
    this.#run = run;
    journalOutcome(journal, run, ({ playedMs }) => ({
      kind: 'played',
      id,
      file,
      cause: causeOf(run),
      ms: journalMs(playedMs),
    }));
    return run;
  }
}

function causeOf(run: MediaRun<PlayOutcome>): PlayerCause {
  if (!run.isOver) return PlayerCause.NONE;
  if (run.error) return PlayerCause.ERROR;
  if (run.halted) return run.halted;
  switch (run.outcome?.reason) {
    case 'completed':
      return PlayerCause.NORMAL;
    case 'bargein':
      return PlayerCause.BARGEIN;
    case 'error':
      return PlayerCause.ERROR;
    case 'stopped':
    case 'closed':
    case undefined:
      return PlayerCause.ABORTED;
  }
}
