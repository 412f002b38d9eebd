import type { SipRequest } from '../message/message.ts';
import type { Refusal, ScreeningRules } from './rules.ts';

/** What screening must know of the rest of the user agent. */
export interface ScreeningContext {
  /** Is there a dialog with these identifiers? `localTag` is the request's To tag, `remoteTag` its From tag. */
  knowsDialog(callId: string, localTag: string, remoteTag: string): boolean;
  /** Is there an INVITE that this CANCEL cancels? */
  cancels(request: SipRequest): boolean;
  /** Has the same request come by another way already (RFC 3261 §8.2.2.2)? */
  merged(request: SipRequest): boolean;
}

/** The response with which a request is refused before the core sees it, or `undefined` when it may pass. Never asked about ACK. */
export type Screen = (request: SipRequest, rules: ScreeningRules, context: ScreeningContext) => Refusal | undefined;
