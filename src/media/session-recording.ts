import type { MediaTask } from '../channel/media-port.ts';
import type {
  CallRecordRequest,
  RecordControl,
  RecordingTask,
  RecordOutcome,
  RecordProgress,
} from '../channel/record-port.ts';
import { SILENCE_DBOV } from './level/level.codec.ts';

/** After this long without a word from the engine, nothing more is assumed to have been recorded. */
const LONGEST_GUESS_MS = 1000;

/** What a recording says to the engine. */
export interface RecordingLine {
  readonly now: () => number;
  control(control: RecordControl): void;
  cancel(): void;
}

/** The program's end of a recording: between what the engine tells of it a few times a second, it reckons. */
export class SessionRecording implements RecordingTask {
  readonly started: Promise<void>;
  readonly finished: Promise<RecordOutcome>;
  readonly #task: MediaTask<RecordOutcome>;
  readonly #line: RecordingLine;
  /** Those that wait for the engine to have done what they asked for, in order. */
  readonly #asked: { readonly control: RecordControl; readonly resolve: (done: boolean) => void }[] = [];
  #told: Omit<RecordProgress, 'isPaused'> = { durationMs: 0, level: SILENCE_DBOV, audioDetected: false };
  /** Since when it has been recording without a word; undefined while it does not. */
  #since: number | undefined;
  #isPaused: boolean;

  constructor(task: MediaTask<RecordOutcome>, isHeld: boolean, line: RecordingLine) {
    this.#task = task;
    this.#line = line;
    this.#isPaused = isHeld;
    this.started = task.started;
    this.finished = task.finished;
    void this.started.then(
      () => this.#told.durationMs === 0 && this.#count(),
      () => undefined,
    );
    void this.finished.then(({ durationMs, audioDetected }) => {
      this.#told = { durationMs, level: SILENCE_DBOV, audioDetected };
      this.#since = undefined;
      for (const { resolve } of this.#asked.splice(0)) resolve(false);
    });
  }

  stop(): void {
    this.#task.stop();
  }

  control(control: RecordControl): Promise<boolean> {
    return new Promise((resolve) => {
      this.#asked.push({ control, resolve });
      this.#line.control(control);
      // Pending ones are settled by the end; this one may have come after it.
      void this.finished.then(() => resolve(false));
    });
  }

  cancel(): void {
    this.#line.cancel();
  }

  progress(): RecordProgress {
    const { durationMs, level, audioDetected } = this.#told;
    const since = this.#since === undefined ? 0 : Math.min(this.#line.now() - this.#since, LONGEST_GUESS_MS);
    return { durationMs: durationMs + since, level, audioDetected, isPaused: this.#isPaused };
  }

  /** The engine tells how it stands. */
  tell(progress: Omit<RecordProgress, 'isPaused'>): void {
    this.#told = progress;
    this.#count();
  }

  /** The engine has done the oldest thing that it was asked for. */
  controlled(): void {
    const asked = this.#asked.shift();
    if (asked?.control === 'pause' || asked?.control === 'resume') {
      this.#isPaused = asked.control === 'pause';
      this.#count();
    }
    asked?.resolve(true);
  }

  #count(): void {
    this.#since = this.#isPaused ? undefined : this.#line.now();
  }
}

/** What all requests to record say, without what else a caller has put into one. */
export function recordLimits(
  wanted: Omit<CallRecordRequest, 'path' | 'channels'>,
): Omit<CallRecordRequest, 'path' | 'channels'> {
  const { format, rate, ifExists, removeDigits, isWatched } = wanted;
  const { maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs } = wanted;
  const limits = { maxDurationMs, maxBytes, maxSilenceMs, initialSilenceMs };
  return { format, rate, ifExists, removeDigits, isWatched, ...limits };
}
