const EVENT = 'unhandledRejection';

/** Collects rejections that nobody handles, in the place of whoever listens for them in this process. */
export class UnhandledRejections implements Disposable {
  readonly reasons: unknown[] = [];
  readonly #others = process.listeners(EVENT);
  readonly #collect = (reason: unknown): void => void this.reasons.push(reason);

  constructor() {
    process.removeAllListeners(EVENT);
    process.on(EVENT, this.#collect);
  }

  [Symbol.dispose](): void {
    process.off(EVENT, this.#collect);
    for (const other of this.#others) process.on(EVENT, other);
  }
}
