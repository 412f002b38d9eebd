import { isHangup } from '../../errors.ts';

/** What becomes of the flow that a test runs on its call. */
export class FlowCourse {
  #hasBegun = false;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  /** Whether a flow was run, and is over. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What it threw, unless that was a `Hangup`. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** @param onFailure - told of an error before anybody else is. */
  follow(flow: Promise<unknown>, onFailure: (error: unknown) => void): void {
    this.#hasBegun = true;
    flow.then(
      () => {
        this.#isOver = true;
      },
      (error: unknown) => {
        this.#isOver = true;
        if (isHangup(error)) return;
        this.#failure = { error };
        onFailure(error);
      },
    );
  }

  /** What is wrong with it when the test is over, one line each. */
  undone(): readonly string[] {
    if (this.#failure) return [`the flow failed: ${String(this.#failure.error)}`];
    return this.#hasBegun && !this.#isOver ? ['the flow has not finished'] : [];
  }
}
