import type { Stop } from '../operation.ts';

/** Who waits for the changes of one call. */
export class StateChanges {
  readonly #listeners = new Set<() => void>();

  /** Something has changed. */
  tell(): void {
    for (const run of [...this.#listeners]) run();
  }

  /** Calls back after each change. */
  watch(run: () => void): Disposable {
    this.#listeners.add(run);
    return { [Symbol.dispose]: () => void this.#listeners.delete(run) };
  }

  /** Resolves when `isSo`, at once or after a change, or when the operation must stop. */
  until(isSo: () => boolean, stop: Stop): Promise<void> {
    return new Promise((resolve) => {
      let stopping: Disposable | undefined;
      const check = (): void => {
        if (!stop.reason) {
          if (!isSo()) return;
          stop.finish();
        }
        this.#listeners.delete(check);
        stopping?.[Symbol.dispose]();
        resolve();
      };
      this.#listeners.add(check);
      stopping = stop.onStop(check);
      check();
    });
  }
}
