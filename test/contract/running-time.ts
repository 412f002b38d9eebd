import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Watch } from './watch.ts';

/** What a step takes at most while the machine runs: there are no more than a few turns in it. */
const STEP_MS = 5;

/**
 * Measures how long this process has been running, which is what a law over real sockets can be about. A machine may stand still for as
 * long as it likes: one that other work has taken the processor from, or a thread that waits for its turn behind others. What passes then
 * is no delay of the library, and no tolerance is large enough for it.
 *
 * Time goes on in steps. In each, a timer of this thread has to go off, every worker thread has to answer, and the disk. Whoever waits for
 * something else than the processor, a timer of its own or a datagram, lets those steps go by in a millisecond or two, and all of it
 * counts. Where a step takes longer some thread did not run, and {@link STEP_MS} of it count. What this thread computes counts in any
 * case, so that a loop that hangs is not taken for a machine that does.
 */
export class RunningTime implements Disposable {
  readonly #workers = new Set<Worker>();

  /** Takes note of all threads that are started from now on. */
  constructor() {
    subscribe('worker_threads', this.#note);
  }

  watch(): Watch {
    return new RunningWatch(() => this.#turn());
  }

  [Symbol.dispose](): void {
    unsubscribe('worker_threads', this.#note);
  }

  readonly #note = (message: unknown): void => {
    const { worker } = message as { worker: Worker };
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
  };

  /** Resolves when every thread has had its turn. */
  async #turn(): Promise<void> {
    await pause(1);
    // A thread that ends meanwhile does not answer.
    const answers = [...this.#workers].map((worker) => worker.getHeapStatistics().catch(() => undefined));
    await Promise.all([awaitDisk(), ...answers]);
  }
}

class RunningWatch implements Watch {
  readonly #turn: () => Promise<void>;
  #elapsed = 0;
  #stepAt = 0;
  #cpuAt = 0;
  #isOver = false;

  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
    this.#begin();
    void this.#run();
  }

  elapsed(): number {
    const computed = cpuMs() - this.#cpuAt;
    return this.#elapsed + Math.min(performance.now() - this.#stepAt, Math.max(STEP_MS, computed));
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#turn();
      this.#elapsed = this.elapsed();
      this.#begin();
    }
  }

  #begin(): void {
    this.#stepAt = performance.now();
    this.#cpuAt = cpuMs();
  }
}

/** Resolves when the disk has taken something new: it may be busy with what other programs have written, although it can be read. */
async function awaitDisk(): Promise<void> {
  await rmdir(await mkdtemp(join(tmpdir(), 'offhook-turn-')));
}

/** What this thread has computed. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
