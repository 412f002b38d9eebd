import { ChannelError, isChannelError } from '../errors.ts';
import { handled, type Stop } from '../operation.ts';
import type { Call } from './call.ts';
import type { MediaTask } from './media-port.ts';

/** Why a run was stopped from this side. */
export type Halt = 'ABORTED' | 'TIMEOUT' | 'HANGUP';

/** What every outcome of a media task says. */
export interface MediaOutcome {
  readonly reason: string;
  readonly error?: ChannelError | undefined;
}

/** One playing, recording or sending of digits, from its beginning to its cause. */
export class MediaRun<Outcome extends MediaOutcome> {
  /** Resolves when it runs; rejects with a `ChannelError` when it could not be begun. */
  readonly started: Promise<void>;
  /** Always resolves: when it is over and its slot is free. */
  readonly finished: Promise<void>;
  #task: MediaTask<Outcome> | undefined;
  #operation: Stop | undefined;
  #halt: Halt | undefined;
  #outcome: Outcome | undefined;
  #error: ChannelError | undefined;
  #failure: ChannelError | undefined;
  #isOver = false;

  /**
   * @param slot - released when the run is over.
   * @param prepare - does what has to be done before media can begin, and returns what begins it.
   */
  constructor(call: Pick<Call, 'onEnd'>, slot: Disposable, prepare: () => Promise<() => MediaTask<Outcome>>) {
    let resolveStarted: () => void = () => undefined;
    let rejectStarted: (error: unknown) => void = () => undefined;
    this.started = handled(
      new Promise((resolve, reject) => {
        resolveStarted = resolve;
        rejectStarted = reject;
      }),
    );
    this.finished = this.#run(call, prepare, resolveStarted)
      .catch((error: unknown) => {
        // The first reason wins: what fails to begin after the end of the call was ended by that.
        if (this.#halt === 'HANGUP') return;
        this.#error = asChannelError(error);
        rejectStarted(this.#error);
      })
      .finally(() => {
        slot[Symbol.dispose]();
        this.#isOver = true;
        resolveStarted();
      });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What media said at the end; undefined when it never came to that. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** What went wrong, if something did. */
  get error(): ChannelError | undefined {
    return this.#error;
  }

  /** Whether it will not begin any more, or is being stopped. */
  get isStopping(): boolean {
    return this.#halt !== undefined || this.#failure !== undefined;
  }

  /** Why it was stopped by us, or by the end of the call; the first reason counts. */
  get halted(): Halt | undefined {
    return this.#halt;
  }

  /** Stops it. Safe to repeat; does nothing when media has ended it already. */
  halt(reason: Halt): void {
    if (this.#isOver || this.#outcome) return;
    this.#halt ??= reason;
    // What comes now, comes too late to be the reason.
    this.#operation?.finish();
    this.#task?.stop();
  }

  /** Stops it because what it works with has gone. Does nothing when it is over or was stopped already. */
  fail(error: ChannelError): void {
    if (this.#isOver || this.#outcome || this.#halt) return;
    this.#failure ??= error;
    this.#task?.stop();
  }

  /** Stops it as soon as the operation must stop. */
  obey(stop: Stop): void {
    this.#operation = stop;
    stop.onStop(() => this.halt(haltFor(stop)));
  }

  async #run(
    call: Pick<Call, 'onEnd'>,
    prepare: () => Promise<() => MediaTask<Outcome>>,
    running: () => void,
  ): Promise<void> {
    using _ = call.onEnd(() => this.halt('HANGUP'));
    const begin = await prepare();
    if (this.#halt) return;
    if (this.#failure) throw this.#failure;
    const task = begin();
    this.#task = task;
    try {
      await task.started;
    } catch (error) {
      await task.finished;
      throw error;
    }
    running();
    const outcome = await task.finished;
    this.#operation?.finish();
    this.#outcome = outcome;
    this.#error = this.#failure ?? outcome.error;
    if (outcome.reason === 'closed') this.#halt ??= 'HANGUP';
  }
}

function haltFor(stop: Stop): Halt {
  if (stop.reason === 'hangup') return 'HANGUP';
  return stop.reason === 'timeout' ? 'TIMEOUT' : 'ABORTED';
}

function asChannelError(error: unknown): ChannelError {
  if (isChannelError(error)) return error;
  return new ChannelError('INTERNAL', 'the media of this call failed in a way that it should not', { cause: error });
}
