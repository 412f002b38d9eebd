import { PortPool } from './worker/port-pool.state.ts';

/** The pairs of RTP ports of all engines, and those who wait for one. */
export class PortSupply {
  readonly #pool: PortPool;
  /** How many pairs are about to be released. */
  #returning = 0;
  readonly #wanting = new Set<() => void>();

  /** As the constructor of {@link PortPool}. */
  constructor(min: number, max: number, start: number) {
    this.#pool = new PortPool(min, max, start);
  }

  get size(): number {
    return this.#pool.size;
  }

  get free(): number {
    return this.#pool.free;
  }

  take(): number | undefined {
    return this.#pool.take();
  }

  /** Says that a pair will be released in a moment. */
  returns(): void {
    this.#returning++;
  }

  /** Gives a pair back. @param announced - by {@link PortSupply.returns}. */
  release(rtpPort: number, announced: boolean): void {
    this.#pool.release(rtpPort);
    if (announced) this.#returning--;
    for (const wake of this.#wanting) wake();
    this.#wanting.clear();
  }

  /** Resolves with `true` when ports have come free, with `false` when none are about to. */
  freed(): Promise<boolean> {
    if (this.#returning === 0) return Promise.resolve(false);
    return new Promise((resolve) => this.#wanting.add(() => resolve(true)));
  }
}
