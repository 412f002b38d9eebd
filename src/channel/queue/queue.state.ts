/**
 * Who waits for whom in a call queue, as a pure machine: what happened goes in, the next state and who is to talk come out.
 *
 * The caller that is served next is the one of highest priority that has waited longest and for whom an agent is free; the agent is the
 * one of highest priority that has all the skills and has been free longest.
 */

/** A caller that waits. */
export interface QueuedCaller {
  readonly id: string;
  readonly priority: number;
  /** What an agent must be able to do. */
  readonly skills: readonly string[];
  /** When it came, in milliseconds. */
  readonly since: number;
}

/** What an agent is doing. A paused one is given no caller. */
export type AgentStatus = 'FREE' | 'TALKING' | 'WRAP_UP' | 'PAUSED';

/** An agent that is signed in. */
export interface QueuedAgent {
  readonly id: string;
  readonly priority: number;
  readonly skills: readonly string[];
  readonly status: AgentStatus;
  /** Whom it talks to, or has talked to just now. */
  readonly caller: string | undefined;
  /** Whether it is paused as soon as it is through with its caller. */
  readonly pausing: boolean;
  /** Since when it does what it does. */
  readonly since: number;
}

export interface QueueState {
  /** Those who wait, next one first. */
  readonly callers: readonly QueuedCaller[];
  /** Those who are signed in; of the free ones the one that has been free longest first. */
  readonly agents: readonly QueuedAgent[];
}

export type QueueInput =
  | { readonly type: 'enter'; readonly caller: Omit<QueuedCaller, 'since'> }
  /** A caller whose agent was gone before they could talk waits on, in its old place. */
  | { readonly type: 'return'; readonly caller: QueuedCaller }
  /** A caller that waits goes away. */
  | { readonly type: 'leave'; readonly caller: string }
  | { readonly type: 'sign-in'; readonly agent: Pick<QueuedAgent, 'id' | 'priority' | 'skills'> }
  | { readonly type: 'sign-out'; readonly agent: string }
  /** The conversation is over; there is something left to do for the agent. */
  | { readonly type: 'wrap-up'; readonly agent: string }
  /** The agent can take the next caller: it goes to the back of those that are free. */
  | { readonly type: 'free'; readonly agent: string }
  | { readonly type: 'pause'; readonly agent: string }
  | { readonly type: 'resume'; readonly agent: string };

/** A caller and an agent that are to talk to each other. */
export interface Pair {
  readonly caller: QueuedCaller;
  readonly agent: QueuedAgent;
}

export interface QueueStep {
  readonly state: QueueState;
  readonly pairs: readonly Pair[];
}

/** Nobody waits and nobody is signed in. */
export const emptyQueue: QueueState = { callers: [], agents: [] };

/** The step that an input makes; one that makes no sense changes nothing. */
export function stepQueue(state: QueueState, input: QueueInput, now: number): QueueStep {
  return pairUp(next(state, input, now), now);
}

/** How many callers are served before this one; -1 when it does not wait. */
export function callersAhead({ callers }: QueueState, caller: string): number {
  return callers.findIndex(({ id }) => id === caller);
}

function next(state: QueueState, input: QueueInput, now: number): QueueState {
  const { callers, agents } = state;
  switch (input.type) {
    case 'enter':
      return { agents, callers: lineUp(callers, { ...input.caller, since: now }) };
    case 'return':
      return { agents, callers: lineUp(callers, input.caller) };
    case 'leave':
      return { agents, callers: callers.filter(({ id }) => id !== input.caller) };
    case 'sign-in': {
      if (agents.some(({ id }) => id === input.agent.id)) return state;
      const agent: QueuedAgent = { ...input.agent, status: 'FREE', caller: undefined, pausing: false, since: now };
      return { callers, agents: [...agents, agent] };
    }
    case 'sign-out':
      return { callers, agents: agents.filter(({ id }) => id !== input.agent) };
    case 'wrap-up':
      return change(state, input.agent, now, (agent) =>
        agent.status === 'TALKING' ? { status: 'WRAP_UP' } : undefined,
      );
    case 'free':
      return toBack(state, input.agent, now);
    case 'pause':
      return change(state, input.agent, now, ({ status }) =>
        status === 'FREE' ? { status: 'PAUSED' } : status === 'PAUSED' ? undefined : { pausing: true },
      );
    case 'resume':
      return change(state, input.agent, now, ({ status, pausing }) =>
        status === 'PAUSED' ? { status: 'FREE' } : pausing ? { pausing: false } : undefined,
      );
  }
}

/** Behind all of higher priority, and of its own behind those that came before. */
function lineUp(callers: readonly QueuedCaller[], caller: QueuedCaller): readonly QueuedCaller[] {
  if (callers.some(({ id }) => id === caller.id)) return callers;
  const behind = callers.findIndex(
    ({ priority, since }) => priority < caller.priority || (priority === caller.priority && since > caller.since),
  );
  return behind < 0 ? [...callers, caller] : callers.toSpliced(behind, 0, caller);
}

function toBack(state: QueueState, id: string, now: number): QueueState {
  const agent = state.agents.find((each) => each.id === id);
  if (!agent || (agent.status !== 'TALKING' && agent.status !== 'WRAP_UP')) return state;
  const status = agent.pausing ? 'PAUSED' : 'FREE';
  const others = state.agents.filter((each) => each.id !== id);
  return { ...state, agents: [...others, { ...agent, status, caller: undefined, pausing: false, since: now }] };
}

function change(
  state: QueueState,
  id: string,
  now: number,
  how: (agent: QueuedAgent) => Partial<QueuedAgent> | undefined,
): QueueState {
  const at = state.agents.findIndex((each) => each.id === id);
  const agent = state.agents[at];
  const changed = agent && how(agent);
  if (!changed) return state;
  const since = changed.status === undefined ? agent.since : now;
  return { ...state, agents: state.agents.with(at, { ...agent, ...changed, since }) };
}

/** Gives every caller, in order, the agent that fits, as long as there is one. */
function pairUp(state: QueueState, now: number): QueueStep {
  const pairs: Pair[] = [];
  let { agents } = state;
  const callers = state.callers.filter((caller) => {
    const found = bestFor(caller, agents);
    if (!found) return true;
    const agent: QueuedAgent = { ...found, status: 'TALKING', caller: caller.id, since: now };
    agents = agents.with(agents.indexOf(found), agent);
    pairs.push({ caller, agent });
    return false;
  });
  return { state: pairs.length === 0 ? state : { callers, agents }, pairs };
}

function bestFor(caller: QueuedCaller, agents: readonly QueuedAgent[]): QueuedAgent | undefined {
  let best: QueuedAgent | undefined;
  for (const agent of agents) {
    const fits = agent.status === 'FREE' && caller.skills.every((skill) => agent.skills.includes(skill));
    if (fits && (!best || agent.priority > best.priority)) best = agent;
  }
  return best;
}
