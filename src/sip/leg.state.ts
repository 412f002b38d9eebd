/**
 * The life of one call leg (RFC 3261 §9, §13 and §15): which message ends it in which state, and what the far end's messages
 * mean when they cross ours. Pure; {@link LegBase} carries the effects out.
 */
import type { HangupInfo } from '../errors.ts';

export type LegPhase =
  /** Inbound: no final response sent. */
  | 'incoming'
  /** Inbound: the 200 is sent, its ACK is missing. */
  | 'accepted'
  /** Inbound: released while the ACK is missing, before which no BYE may be sent (§15). */
  | 'closing'
  /** Outbound: no response yet, so no CANCEL may be sent (§9.1). */
  | 'calling'
  /** Outbound: a provisional response came. */
  | 'proceeding'
  /** Outbound: released; the CANCEL is on its way or waits for a provisional response. */
  | 'cancelling'
  | 'confirmed'
  /** Released; the BYE is on its way and has no final response yet. */
  | 'leaving'
  | 'ended';

export type LegInput =
  /** Inbound: the program takes the call. */
  | { readonly type: 'accept' }
  /** Inbound: the ACK of the 200. */
  | { readonly type: 'ack' }
  /** Inbound: no ACK within 64·T1. */
  | { readonly type: 'ack-timeout'; readonly info: HangupInfo }
  /** Inbound: CANCEL. */
  | { readonly type: 'cancel'; readonly info: HangupInfo }
  /** Outbound: a provisional response, also 100. */
  | { readonly type: 'provisional' }
  /** Outbound: a 2xx of a dialog that had none before. */
  | { readonly type: 'success' }
  /** Outbound: a final response above 299, a timeout or a transport failure. */
  | { readonly type: 'failure'; readonly info: HangupInfo }
  /** Outbound: 64·T1 after the CANCEL there is still no final response (§9.1). */
  | { readonly type: 'cancel-timeout' }
  | { readonly type: 'bye'; readonly info: HangupInfo }
  /** Our BYE has a final response, or will get none any more. */
  | { readonly type: 'bye-done' }
  /** The dialog is broken; the far end may not know it. */
  | { readonly type: 'lost'; readonly info: HangupInfo }
  | { readonly type: 'release'; readonly info: HangupInfo };

export type LegEffect =
  | { readonly type: 'send-200' }
  /** Refuse the INVITE as the program's release says. */
  | { readonly type: 'refuse' }
  /** Refuse the INVITE with 487. */
  | { readonly type: 'terminate-invite' }
  /** The handshake of an inbound call is complete. */
  | { readonly type: 'established' }
  | { readonly type: 'report-progress' }
  /** Acknowledge the 2xx and tell that the call is answered. */
  | { readonly type: 'acknowledge' }
  /** Acknowledge a 2xx that nobody wants any more, then BYE. */
  | { readonly type: 'acknowledge-and-bye' }
  | { readonly type: 'cancel' }
  | { readonly type: 'bye' }
  /** The program is through with the call, the far end not yet: nothing of it goes on. */
  | { readonly type: 'leave'; readonly info: HangupInfo }
  /** The far end, which the program left, has confirmed it or will not any more. */
  | { readonly type: 'gone' }
  /** The call is over on both sides. */
  | { readonly type: 'end'; readonly info: HangupInfo };

export interface LegStep {
  readonly phase: LegPhase;
  readonly effects: readonly LegEffect[];
}

const NOTHING: readonly LegEffect[] = [];

export function stepLeg(phase: LegPhase, input: LegInput): LegStep {
  switch (phase) {
    case 'incoming':
      return stepIncoming(input);
    case 'accepted':
      return stepAccepted(input);
    case 'closing':
      return stepClosing(input);
    case 'calling':
    case 'proceeding':
      return stepCalling(phase, input);
    case 'cancelling':
      return stepCancelling(input);
    case 'confirmed':
      return stepConfirmed(input);
    case 'leaving':
      return stepLeaving(input);
    case 'ended':
      // A 2xx that comes after the end, from another branch of a fork, would leave a call up at the far end.
      return input.type === 'success' ? to('ended', { type: 'acknowledge-and-bye' }) : to('ended');
  }
}

function to(phase: LegPhase, ...effects: readonly LegEffect[]): LegStep {
  return { phase, effects: effects.length === 0 ? NOTHING : effects };
}

function stepIncoming(input: LegInput): LegStep {
  switch (input.type) {
    case 'accept':
      return to('accepted', { type: 'send-200' });
    case 'release':
      return to('ended', { type: 'refuse' }, { type: 'end', info: input.info });
    case 'cancel':
    case 'bye':
    case 'lost':
      return to('ended', { type: 'terminate-invite' }, { type: 'end', info: input.info });
    case 'ack':
    case 'ack-timeout':
    case 'provisional':
    case 'success':
    case 'failure':
    case 'cancel-timeout':
    case 'bye-done':
      return to('incoming');
  }
}

function stepAccepted(input: LegInput): LegStep {
  switch (input.type) {
    case 'ack':
      return to('confirmed', { type: 'established' });
    case 'ack-timeout':
      return to('ended', { type: 'bye' }, { type: 'end', info: input.info });
    case 'release':
      return to('closing', { type: 'leave', info: input.info });
    case 'lost':
      return to('closing', { type: 'end', info: input.info });
    case 'bye':
      return to('ended', { type: 'end', info: input.info });
    // A CANCEL that crosses the 200 has no effect (§9.2).
    case 'cancel':
    case 'accept':
    case 'provisional':
    case 'success':
    case 'failure':
    case 'cancel-timeout':
    case 'bye-done':
      return to('accepted');
  }
}

function stepClosing(input: LegInput): LegStep {
  switch (input.type) {
    case 'ack':
    case 'ack-timeout':
      return to('leaving', { type: 'bye' });
    case 'bye':
      return to('ended', { type: 'gone' });
    case 'accept':
    case 'cancel':
    case 'release':
    case 'lost':
    case 'provisional':
    case 'success':
    case 'failure':
    case 'cancel-timeout':
    case 'bye-done':
      return to('closing');
  }
}

function stepCalling(phase: 'calling' | 'proceeding', input: LegInput): LegStep {
  switch (input.type) {
    case 'provisional':
      return to('proceeding', { type: 'report-progress' });
    case 'success':
      return to('confirmed', { type: 'acknowledge' });
    case 'failure':
      return to('ended', { type: 'end', info: input.info });
    case 'release':
    case 'lost':
    case 'bye':
      return to('cancelling', { type: 'cancel' }, { type: 'end', info: input.info });
    case 'accept':
    case 'ack':
    case 'ack-timeout':
    case 'cancel':
    case 'cancel-timeout':
    case 'bye-done':
      return to(phase);
  }
}

function stepCancelling(input: LegInput): LegStep {
  switch (input.type) {
    case 'success':
      return to('ended', { type: 'acknowledge-and-bye' });
    case 'failure':
    case 'cancel-timeout':
      return to('ended');
    case 'provisional':
    case 'accept':
    case 'ack':
    case 'ack-timeout':
    case 'cancel':
    case 'bye':
    case 'lost':
    case 'release':
    case 'bye-done':
      return to('cancelling');
  }
}

function stepConfirmed(input: LegInput): LegStep {
  switch (input.type) {
    case 'release':
      return to('leaving', { type: 'leave', info: input.info }, { type: 'bye' });
    case 'lost':
      return to('ended', { type: 'bye' }, { type: 'end', info: input.info });
    case 'bye':
      return to('ended', { type: 'end', info: input.info });
    // The first 2xx of a fork wins; whoever answers later is told goodbye (§13.2.2.4).
    case 'success':
      return to('confirmed', { type: 'acknowledge-and-bye' });
    case 'accept':
    case 'ack':
    case 'ack-timeout':
    case 'cancel':
    case 'provisional':
    case 'failure':
    case 'cancel-timeout':
    case 'bye-done':
      return to('confirmed');
  }
}

function stepLeaving(input: LegInput): LegStep {
  switch (input.type) {
    // A BYE that crosses ours says as much as a response to it.
    case 'bye-done':
    case 'bye':
      return to('ended', { type: 'gone' });
    case 'success':
      return to('leaving', { type: 'acknowledge-and-bye' });
    case 'accept':
    case 'ack':
    case 'ack-timeout':
    case 'cancel':
    case 'provisional':
    case 'failure':
    case 'cancel-timeout':
    case 'lost':
    case 'release':
      return to('leaving');
  }
}
