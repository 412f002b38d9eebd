import type { AgentStatus, QueueState } from './queue.state.ts';

/** Numbers of a call queue. Times are milliseconds. */
export interface QueueMetrics {
  /** Callers that wait now. */
  readonly waiting: number;
  /** How long the one that has waited longest has waited; 0 when nobody waits. */
  readonly longestWait: number;
  /** Agents that are signed in, by what they do now. */
  readonly agents: Readonly<Record<AgentStatus, number>>;
  /** Callers that came. */
  readonly entered: number;
  /** Callers that were given an agent. */
  readonly served: number;
  /** Callers that hung up while they waited. */
  readonly abandoned: number;
  /** Callers that had waited for as long as they may. */
  readonly timedOut: number;
  /** Callers that were taken out, or sent away because too many waited. */
  readonly turnedAway: number;
  /** How long those who were served had waited on average; 0 before the first. */
  readonly averageWait: number;
  /** How long conversations that are over took on average; 0 before the first. */
  readonly averageTalk: number;
}

/** How a caller's wait ended. */
export type WaitEnd = 'served' | 'abandoned' | 'timedOut' | 'turnedAway';

/** Counts what becomes of the callers of a queue. */
export class QueueCounters {
  #entered = 0;
  readonly #ends: Record<WaitEnd, number> = { served: 0, abandoned: 0, timedOut: 0, turnedAway: 0 };
  #waited = 0;
  #talks = 0;
  #talked = 0;

  enter(): void {
    this.#entered++;
  }

  /** @param waitedMs - how long it had waited. */
  end(how: WaitEnd, waitedMs: number): void {
    this.#ends[how]++;
    if (how === 'served') this.#waited += waitedMs;
  }

  talk(ms: number): void {
    this.#talks++;
    this.#talked += ms;
  }

  metrics({ callers, agents }: QueueState, now: number): QueueMetrics {
    const statuses: Record<AgentStatus, number> = { FREE: 0, TALKING: 0, WRAP_UP: 0, PAUSED: 0 };
    for (const { status } of agents) statuses[status]++;
    return {
      waiting: callers.length,
      longestWait: callers.reduce((longest, { since }) => Math.max(longest, now - since), 0),
      agents: statuses,
      entered: this.#entered,
      ...this.#ends,
      averageWait: this.#ends.served === 0 ? 0 : this.#waited / this.#ends.served,
      averageTalk: this.#talks === 0 ? 0 : this.#talked / this.#talks,
    };
  }
}
