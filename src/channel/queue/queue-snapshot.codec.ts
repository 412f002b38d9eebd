import { type AgentStatus, callersAhead, type QueueState } from './queue.state.ts';

/** A queue at one moment, as plain data. Times are milliseconds. */
export interface QueueSnapshot {
  /** Those who wait, next one first. */
  readonly callers: readonly {
    /** Id of the channel. */
    readonly id: string;
    readonly priority: number;
    readonly skills: readonly string[];
    readonly waited: number;
    /** How many are served before it. */
    readonly ahead: number;
  }[];
  /** Those who are signed in. */
  readonly agents: readonly {
    readonly id: string;
    readonly priority: number;
    readonly skills: readonly string[];
    readonly status: AgentStatus;
    /** Id of the channel of the caller that it talks to. */
    readonly caller: string | undefined;
    /** How long it has been doing what it does. */
    readonly lasted: number;
  }[];
}

/** What a queue looks like now. */
export function queueSnapshot(state: QueueState, now: number): QueueSnapshot {
  return {
    callers: state.callers.map(({ id, priority, skills, since }) => ({
      id,
      priority,
      skills,
      waited: now - since,
      ahead: callersAhead(state, id),
    })),
    agents: state.agents.map(({ id, priority, skills, status, caller, since }) => ({
      id,
      priority,
      skills,
      status,
      caller,
      lasted: now - since,
    })),
  };
}
