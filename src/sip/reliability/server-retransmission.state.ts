/**
 * Server transactions as far as they repeat and absorb messages: RFC 3261 §17.2 with the corrections of RFC 6026.
 * The repetition of a 2xx to INVITE until its ACK comes is the business of the dialog above (§13.3.1.4).
 */
import { longest, type Timings } from './timings.ts';

export type ServerState =
  /** No final response yet. A non-INVITE request is forgotten when its sender must have given up (Timer F). */
  | { readonly phase: 'unanswered'; readonly endsAt: number | undefined }
  /** INVITE refused: the response is repeated until the ACK comes (Timers G and H). */
  | {
      readonly phase: 'refused';
      readonly interval: number;
      readonly resendAt: number | undefined;
      readonly endsAt: number;
    }
  /** INVITE refused and the ACK has come: more ACKs are absorbed (Timer I). */
  | { readonly phase: 'confirmed'; readonly endsAt: number }
  /** 2xx to INVITE: repetitions of the INVITE are absorbed (Timer L of RFC 6026). */
  | { readonly phase: 'accepted'; readonly endsAt: number }
  /** Non-INVITE request answered: its repetitions get the same answer (Timer J). */
  | { readonly phase: 'answered'; readonly endsAt: number }
  | { readonly phase: 'terminated' };

export type ServerInput =
  /** The same request came again. */
  | { readonly type: 'repeated' }
  /** An ACK with the INVITE's key came. */
  | { readonly type: 'ack' }
  /** The user answers. */
  | { readonly type: 'response'; readonly status: number }
  /** The time that {@link serverDueAt} named has come. */
  | { readonly type: 'due' };

export type ServerEffect =
  /** Send this response, and keep it for repetitions. */
  | 'send'
  /** Send the last response once more. */
  | 'resend'
  /** Hand the ACK up. */
  | 'deliverAck';

export interface ServerStep {
  readonly state: ServerState;
  readonly effects: readonly ServerEffect[];
}

/** What does not change in the life of a transaction. */
export interface ServerContext {
  readonly invite: boolean;
  /** True on TCP, which repeats by itself. */
  readonly reliable: boolean;
  readonly timings: Timings;
}

/** State of a transaction whose request has just come. */
export function startServer(context: ServerContext, now: number): ServerState {
  return { phase: 'unanswered', endsAt: context.invite ? undefined : now + longest(context.timings) };
}

/** When the transaction wants the input `due`; `undefined` for never. */
export function serverDueAt(state: ServerState): number | undefined {
  switch (state.phase) {
    case 'refused':
      return state.resendAt === undefined ? state.endsAt : Math.min(state.resendAt, state.endsAt);
    case 'unanswered':
    case 'confirmed':
    case 'accepted':
    case 'answered':
      return state.endsAt;
    case 'terminated':
      return undefined;
  }
}

/** One transition. */
export function stepServer(state: ServerState, input: ServerInput, now: number, context: ServerContext): ServerStep {
  switch (input.type) {
    case 'repeated':
      return { state, effects: repeatsResponse(state) ? ['resend'] : [] };
    case 'ack':
      return onAck(state, now, context);
    case 'response':
      return onResponse(state, input.status, now, context);
    case 'due':
      return onDue(state, now, context);
  }
}

const TERMINATED: ServerState = { phase: 'terminated' };

function repeatsResponse(state: ServerState): boolean {
  return state.phase === 'unanswered' || state.phase === 'refused' || state.phase === 'answered';
}

function onAck(state: ServerState, now: number, context: ServerContext): ServerStep {
  switch (state.phase) {
    case 'refused': {
      const confirmed: ServerState = { phase: 'confirmed', endsAt: now + context.timings.t4 };
      return { state: context.reliable ? TERMINATED : confirmed, effects: ['deliverAck'] };
    }
    case 'accepted':
      // The ACK to a 2xx has a branch of its own (§13.2.2.4), but there are peers that take the INVITE's.
      return { state, effects: ['deliverAck'] };
    case 'unanswered':
    case 'confirmed':
    case 'answered':
    case 'terminated':
      return { state, effects: [] };
  }
}

function onResponse(state: ServerState, status: number, now: number, context: ServerContext): ServerStep {
  switch (state.phase) {
    case 'unanswered':
      return status < 200 ? { state, effects: ['send'] } : { state: final(status, now, context), effects: ['send'] };
    case 'accepted':
      return { state, effects: status >= 200 && status < 300 ? ['send'] : [] };
    case 'refused':
    case 'confirmed':
    case 'answered':
    case 'terminated':
      return { state, effects: [] };
  }
}

function final(status: number, now: number, context: ServerContext): ServerState {
  const { invite, reliable, timings } = context;
  const endsAt = now + longest(timings);
  if (!invite) return reliable ? TERMINATED : { phase: 'answered', endsAt };
  if (status < 300) return { phase: 'accepted', endsAt };
  return { phase: 'refused', interval: timings.t1, resendAt: reliable ? undefined : now + timings.t1, endsAt };
}

function onDue(state: ServerState, now: number, context: ServerContext): ServerStep {
  const dueAt = serverDueAt(state);
  if (dueAt === undefined || now < dueAt) return { state, effects: [] };
  if (state.phase !== 'refused' || now >= state.endsAt) return { state: TERMINATED, effects: [] };
  const interval = Math.min(2 * state.interval, context.timings.t2);
  // From now and not from the planned time: after a stall of the process the copies must not come in a burst.
  return { state: { ...state, interval, resendAt: now + interval }, effects: ['resend'] };
}
