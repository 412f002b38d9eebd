import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';
import type { VirtualClock } from '../../virtual-clock.ts';
import { nextTurn } from './next-turn.ts';

/** What became of somebody who waited. `'still'`: nothing is due any more; `'limit'`: it took too long. */
export type WaitOutcome = 'done' | 'still' | 'limit';

interface Wait {
  /** Asked between two moments. */
  readonly done: () => boolean;
  /** Time must not go beyond. */
  readonly until: number;
  /** Whether time goes as far as `until` although nothing is due then. */
  readonly reaches: boolean;
  settle(outcome: WaitOutcome): void;
  fail(error: unknown): void;
}

/** How long nothing may be due, in real milliseconds, before what is waited for is taken to be never. */
const PATIENCE_MS = 1000;
/**
 * How often stalled time is looked at, in real milliseconds. Counted, so that a debugger may stop the program in between, and a machine
 * may have no time for it.
 */
const GLANCE_MS = 20;
/** So many moments at the same time are a loop without end. */
const MOST_AT_ONCE = 10_000;

// Taken once: a test may put others in their place later.
const afterRealTime = setTimeout;
const realTime = performance.now.bind(performance);

/** Moves a virtual clock from one due moment to the next; between two of them everything that needs no time has its turn. */
export class Pump {
  readonly #clock: VirtualClock;
  readonly #waits = new Set<Wait>();
  readonly #onChange = new Set<() => void>();
  /** How far it goes by itself. */
  #freeUntil = Number.NEGATIVE_INFINITY;
  /** How much real work is under way that time has to wait for. */
  #holds = 0;
  #isRunning = false;
  /** How often time has moved since the test did something. */
  #moments = 0;
  /** How often in a row it has moved to where it was. */
  #momentsAtOnce = 0;
  /** How often something has become due, or was moved, held or waited for. */
  #changes = 0;

  readonly #mostMoments: number;

  /** @param mostMoments - so many of them without anything that the test does are a loop without end. */
  constructor(clock: VirtualClock, mostMoments: number) {
    this.#clock = clock;
    this.#mostMoments = mostMoments;
  }

  /** How far time goes when nobody waits for it to pass. */
  set freeUntil(at: number) {
    this.#freeUntil = at;
    this.changed();
  }

  hold(): Disposable {
    this.#holds++;
    this.#changes++;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#holds--;
        held = false;
        this.changed();
      },
    };
  }

  /** Lets time pass until `done` says so, not beyond `until`. */
  wait(done: () => boolean, until: number): Promise<WaitOutcome> {
    return this.#enter(done, until, false);
  }

  /** Lets time pass until it is `until`, and everything that is due then is done. */
  reach(until: number): Promise<WaitOutcome> {
    const isThere = (): boolean =>
      this.#clock.now() >= until && !(this.#clock.nextAt !== undefined && this.#clock.nextAt <= until);
    return this.#enter(isThere, until, true);
  }

  /** Something may be due now that was not. */
  changed(): void {
    this.#changes++;
    for (const run of this.#onChange) run();
    this.#onChange.clear();
    if (this.#isRunning || (this.#waits.size === 0 && !this.#isFree())) return;
    this.#isRunning = true;
    void this.#run();
  }

  /**
   * Watches time that somebody else has to move. @returns whether nobody did for a (real) second, in which nothing else happened on
   * this clock either; false as soon as `done` says so.
   */
  async stalls(done: () => boolean): Promise<boolean> {
    let seen = this.#changes;
    for (let glances = 0; glances < PATIENCE_MS / GLANCE_MS; glances++) {
      await new Promise<void>((resolve) => afterRealTime(resolve, GLANCE_MS));
      if (done()) return false;
      if (this.#changes !== seen || this.#waits.size > 0 || this.#holds > 0) glances = 0;
      seen = this.#changes;
    }
    return true;
  }

  #enter(done: () => boolean, until: number, reaches: boolean): Promise<WaitOutcome> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        done,
        until,
        reaches,
        settle: (outcome) => {
          this.#waits.delete(wait);
          resolve(outcome);
        },
        fail: (error) => {
          this.#waits.delete(wait);
          reject(error);
        },
      };
      this.#waits.add(wait);
      this.#moments = 0;
      this.#momentsAtOnce = 0;
      this.changed();
    });
  }

  async #run(): Promise<void> {
    while (this.#waits.size > 0 || this.#isFree()) {
      await this.#turn();
      // Who has waited goes on before time does.
      if (this.#served()) continue;
      const next = this.#nextMoment();
      if (next === undefined) await this.#rest();
      else this.#moveTo(next);
    }
    this.#isRunning = false;
  }

  /** Everything that needs no time has its turn; real work that was announced is waited for. */
  async #turn(): Promise<void> {
    for (;;) {
      await nextTurn();
      if (this.#holds === 0) return;
      // What follows from that work has its turn as well.
      while (this.#holds > 0) await new Promise<void>((resolve) => this.#onChange.add(resolve));
    }
  }

  /** Whether anybody's waiting is over. */
  #served(): boolean {
    let any = false;
    for (const wait of [...this.#waits]) {
      try {
        if (!wait.done()) continue;
        wait.settle('done');
      } catch (error) {
        wait.fail(error);
      }
      any = true;
    }
    // Who goes on now may have something done in time that others wait for.
    return any || this.#limited();
  }

  /** Whether anybody has waited for too long. */
  #limited(): boolean {
    const next = this.#nextMoment();
    const late = [...this.#waits].filter(({ reaches, until }) => !reaches && next !== undefined && next > until);
    for (const wait of late) wait.settle('limit');
    return late.length > 0;
  }

  #isFree(): boolean {
    const next = this.#clock.nextAt;
    return next !== undefined && next <= this.#freeUntil;
  }

  /** When time has to stop next, or `undefined` when nothing is due. */
  #nextMoment(): number | undefined {
    let next = this.#clock.nextAt;
    if (this.#waits.size === 0 && !this.#isFree()) return undefined;
    for (const wait of this.#waits) if (wait.reaches) next = Math.min(next ?? wait.until, wait.until);
    return next;
  }

  #moveTo(next: number): void {
    this.#changes++;
    this.#momentsAtOnce = next > this.#clock.now() ? 0 : this.#momentsAtOnce + 1;
    try {
      this.#clock.advanceTo(next);
    } catch (error) {
      // As from a timer of the machine: nobody can catch it.
      queueMicrotask(() => {
        throw error;
      });
    }
    if (++this.#moments < this.#mostMoments && this.#momentsAtOnce < MOST_AT_ONCE) return;
    this.#moments = 0;
    this.#momentsAtOnce = 0;
    for (const wait of [...this.#waits]) wait.settle('limit');
    this.#freeUntil = Number.NEGATIVE_INFINITY;
  }

  /** Nothing is due: waits a moment of real time for something that nobody announced. */
  async #rest(): Promise<void> {
    if (this.#waits.size === 0) return;
    const waiting = new Set(this.#waits);
    let last = realTime();
    for (let waited = 0; waited < PATIENCE_MS; ) {
      await new Promise<void>((resolve) => afterRealTime(resolve, 1));
      const now = realTime();
      waited += Math.min(now - last, GLANCE_MS);
      last = now;
      if (this.#nextMoment() !== undefined || this.#holds > 0 || this.#served()) return;
    }
    for (const wait of waiting) if (this.#waits.has(wait)) wait.settle('still');
  }
}
