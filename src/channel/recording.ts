import type { ChannelError } from '../errors.ts';
import { handled } from '../operation.ts';
import type { Journal } from './journal/journal.ts';
import { journaled } from './journal/journaled.ts';
import type { RecorderCause } from './media-cause.ts';
import type { MediaRun } from './media-run.ts';
import type { RecordControl, RecordingTask, RecordOutcome, RecordProgress } from './record-port.ts';

/** What a {@link Recording} does. */
export const RecordingState = {
  RECORDING: 'RECORDING',
  /** What comes now is left out. */
  PAUSED: 'PAUSED',
  /** Complete and playable; {@link Recording.cause} says why it ended. */
  DONE: 'DONE',
  /** It broke off; {@link Recording.error} says why. What was recorded before is there and playable, if anything was. */
  FAILED: 'FAILED',
  /** Thrown away: the file, or what was appended to it, is gone. */
  CANCELLED: 'CANCELLED',
} as const;
/** One of the names in {@link RecordingState}. */
export type RecordingState = (typeof RecordingState)[keyof typeof RecordingState];

/** What a handle is about. */
export interface RecordingParts {
  readonly journal: Journal;
  /** How the journal calls what its methods belong to. */
  readonly method: string;
  readonly name: string;
  readonly run: MediaRun<RecordOutcome>;
  /** Undefined when it was ended before media could begin it. */
  readonly task: RecordingTask | undefined;
  readonly cause: () => RecorderCause;
}

/** What can be said about one that media never began. Its level is that of silence. */
const NOTHING: RecordProgress = { durationMs: 0, level: -127, audioDetected: false, isPaused: false };

/**
 * A recording that runs or has run: what `channel.fileRecorder.start()` and `channel.wholeCallRecorder.start()` resolve with.
 *
 * Its methods never throw and are safe to repeat, also after the end: they resolve with `true` when they took effect, and with `false`
 * when the recording was over. It needs no stopping: the end of the call ends it, and the file is complete. The names are those of
 * Asterisk's live recordings.
 *
 * @example
 * const recording = await channel.fileRecorder.start('interview.wav');
 * if ((await channel.dtmfDetector.getDigits({ count: 1 })) === '5') await recording.pause();
 * await recording.stop();
 * console.log(recording.name, recording.duration, recording.cause);
 */
export class Recording implements AsyncDisposable {
  /** The file as it was named, relative to the media directory. */
  readonly name: string;
  /** Resolves with the cause when the file is complete. Always resolves and never rejects, whatever went wrong. */
  readonly finished: Promise<RecorderCause>;
  readonly #parts: RecordingParts;

  /** @internal */
  constructor(parts: RecordingParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.finished = parts.run.finished.then(parts.cause);
  }

  get state(): RecordingState {
    const { run } = this.#parts;
    if (!run.isOver) return this.#progress.isPaused ? RecordingState.PAUSED : RecordingState.RECORDING;
    if (run.error) return RecordingState.FAILED;
    return run.outcome && !run.outcome.isDiscarded ? RecordingState.DONE : RecordingState.CANCELLED;
  }

  /**
   * Milliseconds of audio that have been recorded so far, what was appended to and what was left out by {@link Recording.pause} not
   * included.
   */
  get duration(): number {
    return this.#parts.run.outcome?.durationMs ?? this.#progress.durationMs;
  }

  /**
   * How loud it is what comes now, in dBov: 0 is the loudest, -127 silence. Also while it is paused or muted; -127 after the end. Five
   * values a second.
   */
  get level(): number {
    return this.#parts.run.isOver ? NOTHING.level : this.#progress.level;
  }

  /** Whether anything but silence has been recorded so far. */
  get audioDetected(): boolean {
    return this.#parts.run.outcome?.audioDetected ?? this.#progress.audioDetected;
  }

  /** Why it has ended; `NONE` while it runs. */
  get cause(): RecorderCause {
    return this.#parts.cause();
  }

  /** What went wrong, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#parts.run.error;
  }

  /** Ends it. Resolves when the file is complete: with cause `ABORTED` unless something else was first. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', () => this.#end());
  }

  /**
   * Leaves out what comes from now on. That time is not in the file and does not count for `timeout`; how long it has been silent counts
   * from the beginning when it goes on. Keys and the end of the call end it as before.
   */
  pause(): Promise<boolean> {
    return this.#control('pause');
  }

  /** Goes on after {@link Recording.pause}. */
  resume(): Promise<boolean> {
    return this.#control('resume');
  }

  /** Records silence from now on, as long as what would have been recorded. It counts as silence. */
  mute(): Promise<boolean> {
    return this.#control('mute');
  }

  /** Records again after {@link Recording.mute}. */
  unmute(): Promise<boolean> {
    return this.#control('unmute');
  }

  /**
   * Ends it and throws it away: the file is deleted, and one that it was appended to is as it was before. Resolves when that is done. The
   * cause is `ABORTED`, the state `CANCELLED`.
   */
  cancel(): Promise<boolean> {
    return this.#journaled('cancel', async () => {
      this.#parts.task?.cancel();
      return (await this.#end()) && this.state === RecordingState.CANCELLED;
    });
  }

  /** Ends it as {@link Recording.stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #progress(): RecordProgress {
    return this.#parts.task?.progress() ?? NOTHING;
  }

  async #end(): Promise<boolean> {
    const { run } = this.#parts;
    if (run.isOver) return false;
    run.halt('ABORTED');
    await run.finished;
    return run.halted === 'ABORTED';
  }

  #control(control: RecordControl): Promise<boolean> {
    const { run, task } = this.#parts;
    return this.#journaled(control, async () => !run.isOver && ((await task?.control(control)) ?? false));
  }

  #journaled(method: string, run: () => Promise<boolean>): Promise<boolean> {
    return handled(journaled(this.#parts.journal, `${this.#parts.method}.${method}`, [], run));
  }
}
