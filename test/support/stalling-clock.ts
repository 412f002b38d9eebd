import { VirtualClock } from '../../src/virtual-clock.ts';

/** A clock that can be stalled: time passes without anything being run. */
export class StallingClock extends VirtualClock {
  #extra = 0;

  override now(): number {
    return super.now() + this.#extra;
  }

  override schedule(at: number, run: () => void): Disposable {
    return super.schedule(at - this.#extra, run);
  }

  stall(ms: number): void {
    this.#extra += ms;
  }
}
