import type { Clock } from '../../clock.ts';

/** Notices a far end that nothing comes from any more: the caller of a test sends all the time until it drops off the network. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #ms: number | undefined;
  readonly #onSilent: (ms: number) => void;
  #timer: Disposable | undefined;

  /** @param ms - how long nothing may come; for ever when left out. */
  constructor(clock: Clock, ms: number | undefined, onSilent: (ms: number) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onSilent = onSilent;
  }

  /** Something should come from now on, and does not; or one of the two is over. */
  set isSilent(isSilent: boolean) {
    if (!isSilent) {
      this.#timer?.[Symbol.dispose]();
      this.#timer = undefined;
      return;
    }
    const ms = this.#ms;
    if (this.#timer || ms === undefined) return;
    this.#timer = this.#clock.schedule(this.#clock.now() + ms, () => this.#onSilent(ms));
  }
}
