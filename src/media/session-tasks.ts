import type { ChannelError } from '../errors.ts';
import { fromPlainError } from './worker/plain-error.ts';
import type { TaskOutcome } from './worker/protocol.ts';

/** A task whatever its outcome. */
interface OpenTask {
  begin(): void;
  finish(outcome: never, unstarted?: ChannelError): void;
}

/** Outcome of a task of whatever kind that did nothing. */
const NO_OUTCOME = { playedMs: 0, positionMs: 0, heardMs: 0, durationMs: 0, bytes: 0, audioDetected: false } as const;

/** The tasks of a session that the engine carries out, by their numbers. */
export class SessionTasks {
  readonly #open = new Map<number, OpenTask>();

  get size(): number {
    return this.#open.size;
  }

  add(task: number, made: OpenTask): void {
    this.#open.set(task, made);
  }

  /** It runs. */
  begin(task: number): void {
    this.#open.get(task)?.begin();
  }

  /** The engine says how it ended. */
  finish(task: number, plain: TaskOutcome, unstarted: boolean): void {
    const error = plain.error && fromPlainError(plain.error);
    this.#open.get(task)?.finish({ ...plain, error } as never, unstarted ? error : undefined);
    this.#open.delete(task);
  }

  /** Ends all without a word of the engine: with an error it has failed, otherwise the session is closed. */
  endAll(error: ChannelError | undefined): void {
    for (const task of this.#open.values()) endTask(task, error ? 'error' : 'closed', error);
    this.#open.clear();
  }
}

/** Ends a task that has done nothing. */
export function endTask(task: OpenTask, reason: 'error' | 'closed', error: ChannelError | undefined): void {
  task.finish({ ...NO_OUTCOME, reason, error } as never, error);
}
