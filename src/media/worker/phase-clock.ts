import type { Clock } from '../../clock.ts';
import { PHASES, PhaseSchedule, type PhaseWork } from './phase-clock.state.ts';

/** What the clock drives: a call, or a guest. Must not throw. */
export interface Ticker {
  /** Makes one frame of 20 ms. */
  tick(now: number): void;
  /** Lets frames pass that it is too late for. */
  skip(frames: number): void;
}

/** Drives all calls of a thread with one timer. It stands still while there is no call. */
export class PhaseClock {
  readonly #clock: Clock;
  readonly #schedule: PhaseSchedule;
  readonly #tickers: Ticker[][] = Array.from({ length: PHASES }, () => []);
  readonly #phases = new Map<Ticker, number>();
  readonly #work: PhaseWork = { phase: 0, skipped: 0 };
  #timer: Disposable | undefined;
  #timerAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#schedule = new PhaseSchedule(clock.now());
  }

  add(ticker: Ticker): void {
    if (this.#phases.has(ticker)) return;
    const phase = this.#schedule.add(this.#clock.now());
    this.#phases.set(ticker, phase);
    this.#tickers[phase]?.push(ticker);
    this.#arm();
  }

  remove(ticker: Ticker): void {
    const phase = this.#phases.get(ticker);
    if (phase === undefined) return;
    this.#phases.delete(ticker);
    this.#schedule.remove(phase);
    const tickers = this.#tickers[phase] as Ticker[];
    tickers.splice(tickers.indexOf(ticker), 1);
    if (this.#phases.size === 0) this.#disarm();
  }

  #arm(): void {
    const next = this.#schedule.nextAt;
    if (next === undefined || (this.#timer && this.#timerAt <= next)) return;
    this.#disarm();
    this.#timerAt = next;
    this.#timer = this.#clock.schedule(next, this.#run);
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  readonly #run = (): void => {
    this.#timer = undefined;
    const work = this.#work;
    let now = this.#clock.now();
    while (this.#schedule.take(now, work)) {
      const tickers = this.#tickers[work.phase] as Ticker[];
      const { skipped } = work;
      // Backwards, because a call that breaks down takes itself out of the list.
      for (let index = tickers.length - 1; index >= 0; index--) {
        const ticker = tickers[index];
        if (!ticker) continue;
        if (skipped > 0) ticker.skip(skipped);
        ticker.tick(now);
      }
      now = this.#clock.now();
    }
    this.#arm();
  };
}
