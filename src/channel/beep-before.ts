import { ChannelError } from '../errors.ts';
import { handled } from '../operation.ts';
import type { MediaSession } from './media-port.ts';
import type { PlaySource } from './play-port.ts';
import type { RecordControl, RecordingTask, RecordOutcome, RecordProgress } from './record-port.ts';

/** The tone that answering machines have made callers used to. */
const BEEP: PlaySource = {
  kind: 'tone',
  name: 'BEEP',
  tone: { name: 'BEEP', steps: [{ waves: [{ frequency: 1000, amplitude: 10 }], duration: 200 }], repeat: 1 },
};

/**
 * A recording that begins when the far end has heard a beep. Its file is opened before, so that nobody is told to speak for nothing; who
 * ends it before the beep has ended throws it away.
 */
export class BeepedRecording implements RecordingTask {
  readonly started: Promise<void>;
  readonly finished: Promise<RecordOutcome>;
  readonly #task: RecordingTask;
  #isBeeping = true;
  #isCancelled = false;
  #stopBeep: () => void = () => undefined;

  /**
   * @param task - one that waits for {@link RecordingTask.control} to resume it.
   * @param output - what the beep needs for itself; given back when it is over.
   */
  constructor(session: MediaSession, task: RecordingTask, output: Disposable) {
    this.#task = task;
    this.finished = task.finished;
    this.started = handled(this.#begin(session, output));
    void task.finished.then(() => this.#stopBeep());
  }

  stop(): void {
    if (this.#isBeeping) this.cancel();
    else this.#task.stop();
  }

  control(control: RecordControl): Promise<boolean> {
    return this.#task.control(control);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#task.cancel();
    // A file that has not been opened yet is not written to.
    this.#task.stop();
    this.#stopBeep();
  }

  progress(): RecordProgress {
    return this.#task.progress();
  }

  async #begin(session: MediaSession, output: Disposable): Promise<void> {
    try {
      await this.#task.started;
      if (this.#isCancelled) return;
      const beep = session.play({ sources: [BEEP], bargeIn: '' });
      this.#stopBeep = () => beep.stop();
      const { reason, error } = await beep.finished;
      if (reason === 'completed') await this.#task.control('resume');
      else if (reason !== 'stopped') this.#task.cancel();
      if (reason === 'error') throw error ?? new ChannelError('MEDIA_FAILED', 'the beep could not be played');
    } finally {
      this.#isBeeping = false;
      output[Symbol.dispose]();
    }
  }
}
