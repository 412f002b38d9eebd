import type { MediaTask } from '../channel/media-port.ts';
import type { ChannelError } from '../errors.ts';

/** A task as the session keeps it: its two promises and how to settle them. */
export class SessionTask<Outcome> implements MediaTask<Outcome> {
  readonly started: Promise<void>;
  readonly finished: Promise<Outcome>;
  readonly #stop: () => void;
  #resolveStarted: () => void = () => undefined;
  #rejectStarted: (error: ChannelError) => void = () => undefined;
  #resolveFinished: (outcome: Outcome) => void = () => undefined;
  #isOver = false;

  constructor(stop: () => void) {
    this.#stop = stop;
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      this.#rejectStarted = reject;
    });
    this.finished = new Promise((resolve) => {
      this.#resolveFinished = resolve;
    });
    // Whoever only waits for the end must not be punished for a failed start.
    this.started.catch(() => undefined);
  }

  stop(): void {
    if (!this.isOver) this.#stop();
  }

  protected get isOver(): boolean {
    return this.#isOver;
  }

  /** It runs. */
  begin(): void {
    this.#resolveStarted();
  }

  /** It is over; with an error it was never begun. */
  finish(outcome: Outcome, unstarted?: ChannelError): void {
    this.#isOver = true;
    this.settleStart(unstarted);
    this.#resolveFinished(outcome);
  }

  /** It will not begin any more, if it has not begun. */
  protected settleStart(unstarted: ChannelError | undefined): void {
    if (unstarted) this.#rejectStarted(unstarted);
    else this.#resolveStarted();
  }
}
