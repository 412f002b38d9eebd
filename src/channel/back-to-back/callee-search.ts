import type { ChannelCore } from '../channel-core.ts';
import { CalleeAttempt } from './callee-attempt.ts';
import type { CalleePlan, CalleeTarget } from './callee-options.ts';
import type { CallerEar } from './caller-ear.ts';
import { bestFailure, type CalleeFailure } from './failure.codec.ts';

/** Calls one callee after the other, or several at once, until the first has answered. The others are given up. */
export class CalleeSearch {
  readonly #caller: ChannelCore;
  readonly #plan: CalleePlan;
  readonly #ear: CallerEar;
  readonly #failures: CalleeFailure[] = [];
  #running: readonly CalleeAttempt[] = [];
  #isStopped = false;

  constructor(caller: ChannelCore, plan: CalleePlan, ear: CallerEar) {
    this.#caller = caller;
    this.#plan = plan;
    this.#ear = ear;
  }

  /** The failure that tells most of all there were. */
  get failure(): CalleeFailure | undefined {
    return bestFailure(this.#failures);
  }

  /** Resolves with who has answered; with `undefined` when nobody has, or when it was stopped. */
  async run(): Promise<CalleeAttempt | undefined> {
    for (const step of this.#plan.steps) {
      if (this.#isStopped) return undefined;
      const found = await this.#try(step);
      if (found) return found;
    }
    return undefined;
  }

  /** Calls nobody any more, and gives up those who are being called. Safe to repeat. */
  stop(text: string, q850?: number): void {
    this.#isStopped = true;
    for (const attempt of this.#running) attempt.cancel(text, q850);
  }

  async #try(step: readonly CalleeTarget[]): Promise<CalleeAttempt | undefined> {
    const attempts = step.map((target) => new CalleeAttempt(this.#caller.owner.furtherChannel(), target));
    this.#running = attempts;
    let found: CalleeAttempt | undefined;
    const reaching = attempts.map(async (attempt) => {
      const following = this.#ear.follow(attempt.call);
      const isReached = await attempt.reach(this.#plan).catch((error: unknown) => {
        following[Symbol.dispose]();
        throw error;
      });
      if (isReached && !found && !this.#isStopped) {
        found = attempt;
        // Whoever answers at the same time is too late.
        for (const other of attempts) if (other !== found) other.cancel('somebody else has answered');
        return;
      }
      following[Symbol.dispose]();
      if (isReached) attempt.cancel('nobody waits for this answer any more');
      else this.#failures.push(attempt.failure);
    });
    try {
      await Promise.all(reaching);
    } catch (error) {
      this.stop('another attempt has failed');
      await Promise.allSettled(reaching);
      throw error;
    } finally {
      this.#running = [];
    }
    return found;
  }
}
