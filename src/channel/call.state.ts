/**
 * The life of one call on a channel, as a pure machine: what happened goes in, the next state and what to do come out.
 *
 * IDLE → CALL_INCOMING → RING_INCOMING → ANSWERING → ANSWERED → IDLE for a call that comes in,
 * IDLE → CALL_OUTGOING → RING_OUTGOING → ANSWERED → IDLE for one that goes out. An answered call can be put on hold and transferred, and
 * comes back from both.
 */
import type { HangupInfo } from '../errors.ts';
import { Cause, causeForStatus } from './cause.ts';
import type { Release } from './signaling-port.ts';
import { State } from './state.ts';

export interface IdleState {
  readonly name: 'IDLE';
  readonly cause: Cause;
  /** How the call ended; undefined when there was none yet. */
  readonly hangup: HangupInfo | undefined;
}

export interface LiveState {
  readonly name:
    | 'CALL_INCOMING'
    | 'RING_INCOMING'
    | 'ANSWERING'
    | 'ANSWERED'
    | 'CALL_OUTGOING'
    | 'RING_OUTGOING'
    | 'HOLDING'
    | 'ON_HOLD'
    | 'TRANSFERRING'
    | 'TRANSFERRED'
    | 'RECONNECTING';
}

/** We have said goodbye and the far end has not confirmed it yet. Nothing can be done with the call any more. */
export interface ReleasingState {
  readonly name: 'RELEASING';
  /** The public state that the channel shows until it is IDLE. */
  readonly shown: State;
  readonly cause: Cause;
  readonly hangup: HangupInfo;
}

/** What an answered call can be. */
export type AnsweredName = 'ANSWERED' | 'HOLDING' | 'ON_HOLD' | 'TRANSFERRING' | 'TRANSFERRED' | 'RECONNECTING';

/** Where an answered call can go on from where. What fails leads back to where it began. */
const SHIFTS: Readonly<Record<AnsweredName, readonly AnsweredName[]>> = {
  ANSWERED: ['HOLDING', 'TRANSFERRING'],
  HOLDING: ['ON_HOLD', 'ANSWERED'],
  ON_HOLD: ['ANSWERED', 'TRANSFERRING'],
  TRANSFERRING: ['TRANSFERRED', 'ANSWERED', 'ON_HOLD'],
  TRANSFERRED: ['RECONNECTING'],
  RECONNECTING: ['ANSWERED'],
};

export type CallState = IdleState | LiveState | ReleasingState;

export type CallInput =
  /** An INVITE came in. */
  | { readonly type: 'incoming' }
  | { readonly type: 'ring' }
  | { readonly type: 'answer' }
  /** The ACK to our 200 came. */
  | { readonly type: 'acknowledged' }
  | { readonly type: 'dial' }
  /** A provisional response to our INVITE came. */
  | { readonly type: 'progress'; readonly status: number }
  /** A 2xx to our INVITE came. */
  | { readonly type: 'answered' }
  /** An answered call goes on in another way. */
  | { readonly type: 'shift'; readonly to: AnsweredName }
  /** This side ends the call. */
  | { readonly type: 'release'; readonly cause: Cause; readonly hangup: HangupInfo; readonly release: Release }
  /** Signalling is through with the call. */
  | { readonly type: 'ended'; readonly info: HangupInfo };

export type CallEffect =
  /** Tell signalling to end the call. */
  | { readonly type: 'release'; readonly release: Release }
  /** Every operation of the call ends with this, and its media is closed. */
  | { readonly type: 'hangup'; readonly info: HangupInfo }
  /** The call is over. The last effect of every call. */
  | { readonly type: 'ended'; readonly info: HangupInfo };

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

/** The state of a channel that has had no call. */
export const noCallYet: IdleState = { name: 'IDLE', cause: Cause.NORMAL, hangup: undefined };

/** What `channel.state` shows. */
export function shownState(state: CallState): State {
  return state.name === 'RELEASING' ? state.shown : state.name;
}

/** What `channel.cause` shows: the cause once the call is IDLE, NORMAL before. */
export function shownCause(state: CallState): Cause {
  return state.name === 'IDLE' ? state.cause : Cause.NORMAL;
}

/** The step that an input makes, or `undefined` when it makes none in this state. */
export function step(state: CallState, input: CallInput): CallStep | undefined {
  switch (state.name) {
    case 'IDLE':
      return idle(state, input);
    case 'CALL_INCOMING':
    case 'RING_INCOMING':
      return offered(state, input);
    case 'ANSWERING':
      return answering(state, input);
    case 'CALL_OUTGOING':
    case 'RING_OUTGOING':
      return placed(state, input);
    case 'ANSWERED':
    case 'HOLDING':
    case 'ON_HOLD':
    case 'TRANSFERRING':
    case 'TRANSFERRED':
    case 'RECONNECTING':
      return answered(state, state.name, input);
    case 'RELEASING':
      return releasing(state, input);
  }
}

function idle(state: IdleState, input: CallInput): CallStep | undefined {
  if (state.hangup) return undefined;
  if (input.type === 'incoming') return to({ name: State.CALL_INCOMING });
  if (input.type === 'dial') return to({ name: State.CALL_OUTGOING });
  return undefined;
}

function offered(state: LiveState, input: CallInput): CallStep | undefined {
  switch (input.type) {
    case 'ring':
      // Ringing again is harmless: it repeats the provisional response.
      return to({ name: State.RING_INCOMING });
    case 'answer':
      return to({ name: State.ANSWERING });
    case 'release':
      return release(state, input);
    case 'ended':
      // A caller who gives up has ended the call in the normal way, whatever status its INVITE was finished with.
      return ended(input.info, input.info.by === 'remote' ? Cause.NORMAL : causeOfEnd(input.info));
    case 'incoming':
    case 'acknowledged':
    case 'dial':
    case 'progress':
    case 'answered':
    case 'shift':
      return undefined;
  }
}

function answering(state: LiveState, input: CallInput): CallStep | undefined {
  switch (input.type) {
    case 'acknowledged':
      return to({ name: State.ANSWERED });
    case 'release':
      return release(state, input);
    case 'ended':
      return ended(input.info, input.info.by === 'remote' ? Cause.NORMAL : causeOfEnd(input.info));
    case 'incoming':
    case 'ring':
    case 'answer':
    case 'dial':
    case 'progress':
    case 'answered':
    case 'shift':
      return undefined;
  }
}

function placed(state: LiveState, input: CallInput): CallStep | undefined {
  switch (input.type) {
    case 'progress':
      // 181 and 182 say that the call is forwarded or queued, not that it rings (RFC 3261 §21.1).
      return to(input.status === 180 || input.status === 183 ? { name: State.RING_OUTGOING } : state);
    case 'answered':
      return to({ name: State.ANSWERED });
    case 'release':
      // Signalling cancels the call by itself, which can take half a minute with a far end that is silent. The channel
      // does not wait for that: it is free for the next call.
      return {
        state: { name: 'IDLE', cause: input.cause, hangup: input.hangup },
        effects: [
          { type: 'hangup', info: input.hangup },
          { type: 'release', release: input.release },
          { type: 'ended', info: input.hangup },
        ],
      };
    case 'ended':
      return ended(input.info, causeOfEnd(input.info));
    case 'incoming':
    case 'ring':
    case 'answer':
    case 'acknowledged':
    case 'dial':
    case 'shift':
      return undefined;
  }
}

function answered(state: LiveState, name: AnsweredName, input: CallInput): CallStep | undefined {
  switch (input.type) {
    case 'shift':
      return SHIFTS[name].includes(input.to) ? to({ name: input.to }) : undefined;
    case 'release':
      return release(state, input);
    case 'ended':
      return ended(input.info, input.info.by === 'network' ? causeOfEnd(input.info) : Cause.NORMAL);
    case 'incoming':
    case 'ring':
    case 'answer':
    case 'acknowledged':
    case 'dial':
    case 'progress':
    case 'answered':
      return undefined;
  }
}

function releasing(state: ReleasingState, input: CallInput): CallStep | undefined {
  if (input.type !== 'ended') return undefined;
  // The reason that was given first is the one that everybody has been told.
  return {
    state: { name: 'IDLE', cause: state.cause, hangup: state.hangup },
    effects: [{ type: 'ended', info: state.hangup }],
  };
}

function to(state: CallState): CallStep {
  return { state, effects: [] };
}

function release(state: LiveState, input: Extract<CallInput, { type: 'release' }>): CallStep {
  return {
    state: { name: 'RELEASING', shown: state.name, cause: input.cause, hangup: input.hangup },
    effects: [
      { type: 'hangup', info: input.hangup },
      { type: 'release', release: input.release },
    ],
  };
}

function ended(info: HangupInfo, cause: Cause): CallStep {
  return {
    state: { name: 'IDLE', cause, hangup: info },
    effects: [
      { type: 'hangup', info },
      { type: 'ended', info },
    ],
  };
}

/** The cause of a call that was ended by others before it was answered, or by the network. */
function causeOfEnd(info: HangupInfo): Cause {
  // A 408 that nobody sent is our own transaction timer (RFC 3261 §8.1.3.1): no event came in time.
  if (info.by === 'network')
    return info.status === 408 ? Cause.TIMEOUT : info.status ? causeForStatus(info.status) : Cause.ERROR;
  return info.status === undefined ? Cause.NORMAL : causeForStatus(info.status);
}
