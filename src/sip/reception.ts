import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { SipRequest, SipResponse } from './message/message.ts';
import type { Reliability } from './reliability/reliability.ts';
import type { ScreeningRules } from './screening/rules.ts';
import type { Flow, OnBytes } from './transport/flow.ts';

export interface ReceptionOptions {
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly rules?: Partial<ScreeningRules> | undefined;
  readonly reliability: Reliability;
  /** The way to where a request's responses go: `transports.replyFlow`. */
  readonly replyFlow: (request: SipRequest, flow: Flow) => Flow;
  readonly knowsDialog: (callId: string, localTag: string, remoteTag: string) => boolean;
  /** A new, screened request or an ACK. Answer with `reliability.sendResponse(key, …, replyFlow)`. */
  readonly onRequest: (request: SipRequest, key: string, replyFlow: Flow) => void;
  /** A response to a live client transaction. */
  readonly onResponse: (response: SipResponse, key: string, flow: Flow) => void;
  /** A tag for the To header field of our own responses: random, at least 32 bits (RFC 3261 §19.3). */
  readonly newTag: () => string;
}

/**
 * The way of a message from the transport to the core: source stamped, parsed, repetitions absorbed, screened. OPTIONS and whatever
 * screening refuses is answered here. `receive` never throws.
 */
export interface Reception {
  readonly receive: OnBytes;
  close(): void;
}
