import { FakeTask } from './fake-task.ts';

/** What runs on a session, and ends with it at the latest. */
export class FakeTasks {
  /** What ends each. */
  readonly #ends = new Map<object, () => void>();

  /** Begins something that takes time. */
  begin<Outcome>(outcome: (reason: 'stopped' | 'closed') => Outcome, onEnd: () => void): FakeTask<Outcome> {
    const task: FakeTask<Outcome> = new FakeTask(
      () => outcome('stopped'),
      () => {
        this.#ends.delete(task);
        onEnd();
      },
    );
    this.#ends.set(task, () => task.end(outcome('closed')));
    return task;
  }

  /** Keeps something until it is forgotten. */
  keep(task: object, end: () => void): void {
    this.#ends.set(task, end);
  }

  /** @returns false when it is not kept. */
  forget(task: object): boolean {
    return this.#ends.delete(task);
  }

  /** The session is closed. */
  close(): void {
    for (const end of [...this.#ends.values()]) end();
  }
}
