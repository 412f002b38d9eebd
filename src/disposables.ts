/**
 * Things to be given back together, the last one first: what a `DisposableStack` is, which Node has from version 24 on only.
 */
export class Disposables implements Disposable {
  #all: (() => void)[] = [];

  /** Has it disposed of with the others. */
  use<T extends Disposable | undefined>(held: T): T {
    if (held) this.defer(() => held[Symbol.dispose]());
    return held;
  }

  /** Has this done with the others. */
  defer(run: () => void): void {
    this.#all.push(run);
  }

  /** Leaves everything to somebody else: nothing is given back. */
  forget(): void {
    this.#all = [];
  }

  /** Gives everything back. Safe to repeat. */
  dispose(): void {
    for (let run = this.#all.pop(); run; run = this.#all.pop()) run();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
