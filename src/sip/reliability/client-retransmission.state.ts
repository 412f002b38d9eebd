/**
 * Client transactions as far as they repeat and absorb messages: RFC 3261 §17.1 with the corrections of RFC 6026.
 * What a transaction tells its user beyond that is the business of the core above.
 */
import { longest, type Timings } from './timings.ts';

export type ClientState =
  /** No response yet (Calling, Trying), or for a non-INVITE request at most a provisional one (Proceeding). */
  | {
      readonly phase: 'sending';
      readonly provisional: boolean;
      readonly interval: number;
      readonly resendAt: number | undefined;
      readonly giveUpAt: number;
    }
  /** INVITE after a 1xx: as long as the callee likes, until it is cancelled. */
  | { readonly phase: 'proceeding'; readonly giveUpAt: number | undefined }
  /** A final response came, not a 2xx to INVITE: repetitions are absorbed (Timers D and K). */
  | { readonly phase: 'completed'; readonly endsAt: number }
  /** 2xx to INVITE: its repetitions and those of other branches of a fork go up (Timer M of RFC 6026). */
  | { readonly phase: 'accepted'; readonly endsAt: number }
  | { readonly phase: 'terminated' };

export type ClientInput =
  | { readonly type: 'response'; readonly status: number }
  /** The user sent CANCEL for this INVITE. */
  | { readonly type: 'cancelled' }
  /** The time that {@link clientDueAt} named has come. */
  | { readonly type: 'due' };

export type ClientEffect =
  /** Send the request once more. */
  | 'resend'
  /** Send the ACK once more, if there was one. */
  | 'resendAck'
  /** Hand the response up. */
  | 'deliver'
  /** Tell the user that no final response came. */
  | 'timeout';

export interface ClientStep {
  readonly state: ClientState;
  readonly effects: readonly ClientEffect[];
}

/** What does not change in the life of a transaction. */
export interface ClientContext {
  readonly invite: boolean;
  /** True on TCP, which repeats by itself. */
  readonly reliable: boolean;
  readonly timings: Timings;
}

/** State of a transaction whose request has just been sent. */
export function startClient(context: ClientContext, now: number): ClientState {
  const { t1 } = context.timings;
  return {
    phase: 'sending',
    provisional: false,
    interval: t1,
    resendAt: context.reliable ? undefined : now + t1,
    giveUpAt: now + longest(context.timings),
  };
}

/** When the transaction wants the input `due`; `undefined` for never. */
export function clientDueAt(state: ClientState): number | undefined {
  switch (state.phase) {
    case 'sending':
      return state.resendAt === undefined ? state.giveUpAt : Math.min(state.resendAt, state.giveUpAt);
    case 'proceeding':
      return state.giveUpAt;
    case 'completed':
    case 'accepted':
      return state.endsAt;
    case 'terminated':
      return undefined;
  }
}

/** One transition. */
export function stepClient(state: ClientState, input: ClientInput, now: number, context: ClientContext): ClientStep {
  switch (input.type) {
    case 'response':
      return onResponse(state, input.status, now, context);
    case 'cancelled':
      return onCancelled(state, now, context);
    case 'due':
      return onDue(state, now, context);
  }
}

const TERMINATED: ClientState = { phase: 'terminated' };

function onResponse(state: ClientState, status: number, now: number, context: ClientContext): ClientStep {
  switch (state.phase) {
    case 'sending':
      if (status >= 200) return complete(status, now, context);
      if (context.invite) return { state: { phase: 'proceeding', giveUpAt: undefined }, effects: ['deliver'] };
      return { state: { ...state, provisional: true }, effects: ['deliver'] };
    case 'proceeding':
      return status < 200 ? { state, effects: ['deliver'] } : complete(status, now, context);
    case 'completed':
      if (!context.invite || status < 200) return { state, effects: [] };
      // A forking proxy may still pass on a 2xx of another branch after it has passed on a refusal (§16.7 step 5).
      return { state, effects: [status < 300 ? 'deliver' : 'resendAck'] };
    case 'accepted':
      return { state, effects: status >= 200 && status < 300 ? ['deliver'] : [] };
    case 'terminated':
      return { state, effects: [] };
  }
}

function complete(status: number, now: number, context: ClientContext): ClientStep {
  const { invite, reliable, timings } = context;
  if (invite && status < 300)
    return { state: { phase: 'accepted', endsAt: now + longest(timings) }, effects: ['deliver'] };
  if (reliable) return { state: TERMINATED, effects: ['deliver'] };
  return {
    state: { phase: 'completed', endsAt: now + (invite ? longest(timings) : timings.t4) },
    effects: ['deliver'],
  };
}

function onCancelled(state: ClientState, now: number, context: ClientContext): ClientStep {
  // RFC 3261 §9.1: when no final response comes within 64·T1, the INVITE counts as cancelled.
  if (state.phase !== 'proceeding' || state.giveUpAt !== undefined) return { state, effects: [] };
  return { state: { phase: 'proceeding', giveUpAt: now + longest(context.timings) }, effects: [] };
}

function onDue(state: ClientState, now: number, context: ClientContext): ClientStep {
  const dueAt = clientDueAt(state);
  if (dueAt === undefined || now < dueAt) return { state, effects: [] };
  switch (state.phase) {
    case 'sending': {
      if (now >= state.giveUpAt) return { state: TERMINATED, effects: ['timeout'] };
      const { t2 } = context.timings;
      const doubled = 2 * state.interval;
      const interval = context.invite ? doubled : state.provisional ? t2 : Math.min(doubled, t2);
      // From now and not from the planned time: after a stall of the process the copies must not come in a burst.
      return { state: { ...state, interval, resendAt: now + interval }, effects: ['resend'] };
    }
    case 'proceeding':
      return { state: TERMINATED, effects: ['timeout'] };
    case 'completed':
    case 'accepted':
    case 'terminated':
      return { state: TERMINATED, effects: [] };
  }
}
