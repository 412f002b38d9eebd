import type { MediaTask } from '../../channel/media-port.ts';
import type { ChannelError } from '../../errors.ts';
import { handled } from '../../operation.ts';

/** A media task that is ended by calling {@link FakeTask.end}. */
export class FakeTask<Outcome> implements MediaTask<Outcome> {
  readonly started: Promise<void>;
  readonly finished: Promise<Outcome>;
  readonly #onEnd: () => void;
  #isOver = false;
  #resolve: (outcome: Outcome) => void = () => undefined;
  readonly #stopped: () => Outcome;

  /**
   * @param stopped - makes the outcome of a task that was stopped.
   * @param onEnd - takes away what the task uses.
   * @param failure - the task could not be begun.
   */
  constructor(stopped: () => Outcome, onEnd: () => void, failure?: ChannelError) {
    this.started = handled(failure ? Promise.reject(failure) : Promise.resolve());
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#stopped = stopped;
    this.#onEnd = onEnd;
    if (failure) this.end(stopped());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.end(this.#stopped());
  }

  /** Ends it; the first outcome counts. */
  end(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
    this.#resolve(outcome);
  }
}
