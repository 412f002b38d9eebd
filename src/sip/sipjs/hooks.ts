/**
 * Everything of sip.js that its types call private and that this library uses all the same, in one place.
 * The version is pinned exactly; test/unit/sip/sipjs/ has a test for every one of these hooks.
 */
import {
  ClientTransaction,
  type Dialog,
  type DialogState,
  type IncomingRequestMessage,
  OutgoingRequestMessage,
  type SessionDialog,
  type Transaction,
  type UserAgentClient,
  type UserAgentServer,
} from 'sip.js/lib/core/index.js';
import { AllowedMethods } from 'sip.js/lib/core/user-agent-core/allowed-methods.js';
import type { IncomingResponse } from './incoming-message.ts';

/** The timers of a transaction, all classes together (RFC 3261 §17, RFC 6026). */
export interface TransactionPrivates {
  B?: NodeJS.Timeout | undefined;
  D?: NodeJS.Timeout | undefined;
  F?: NodeJS.Timeout | undefined;
  H?: NodeJS.Timeout | undefined;
  I?: NodeJS.Timeout | undefined;
  J?: NodeJS.Timeout | undefined;
  K?: NodeJS.Timeout | undefined;
  L?: NodeJS.Timeout | undefined;
  M?: NodeJS.Timeout | undefined;
  timerB(): void;
  timerD(): void;
  timerF(): void;
  timerH(): void;
  timerI(): void;
  timerJ(): void;
  timerK(): void;
  timerL(): void;
  timerM(): void;
  startProgressExtensionTimer(): void;
  stateTransition(state: string, dueToTransportError: boolean): void;
}

export type TimerName = 'B' | 'D' | 'F' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M';

export function privatesOf(transaction: Transaction): TransactionPrivates {
  return transaction as unknown as TransactionPrivates;
}

/** Ends a transaction at once, from any state; sip.js itself has no way out of Proceeding. */
export function terminate(transaction: Transaction): void {
  if (transaction.state === 'Terminated') return;
  privatesOf(transaction).stateTransition('Terminated', true);
}

/** What plugs in as sip.js's digest credentials of one request. */
export interface CredentialsHook {
  authenticate(request: OutgoingRequestMessage, challenge: unknown): boolean;
  toString(): string;
}

/** Told of what happens to a request of ours before sip.js is. */
export interface ClientObserver {
  /** True when it has dealt with the response, so that sip.js shall not see it. */
  beforeResponse?(response: IncomingResponse): boolean;
  /** An INVITE that had a provisional response got no final one in time. */
  afterTimeout?(): void;
}

interface ClientPrivates {
  /** Ours, beside theirs. */
  observer?: ClientObserver;
  credentials: CredentialsHook | undefined;
  challenged: boolean;
  stale: boolean;
}

export function clientPrivatesOf(client: UserAgentClient): ClientPrivates {
  return client as unknown as ClientPrivates;
}

/** Replaces the To tag that sip.js drew from Math.random(). Only before the first response. */
export function setToTag(server: UserAgentServer, tag: string): void {
  (server as unknown as { toTag: string }).toTag = tag;
}

interface DialogPrivates {
  dialogState: DialogState;
  sequenceGuard(message: IncomingRequestMessage): boolean;
}

export function dialogStateOf(dialog: Dialog): DialogState {
  return (dialog as unknown as DialogPrivates).dialogState;
}

/** Takes a request of a kind that sip.js does not know into the sequence of its dialog; false when it came out of order and was refused. */
export function takeSequence(dialog: Dialog, message: IncomingRequestMessage): boolean {
  if (!(dialog as unknown as DialogPrivates).sequenceGuard(message)) return false;
  dialogStateOf(dialog).remoteSequenceNumber = message.cseq;
  return true;
}

/**
 * Whether a later request has been sent in the dialog. When that one came first, this one is out of sequence at the far end, which answers
 * 500 to it (RFC 3261 §12.2.2).
 */
export function isOvertaken(dialog: Dialog, { message }: { readonly message: OutgoingRequestMessage }): boolean {
  return (dialogStateOf(dialog).localSequenceNumber ?? 0) > message.cseq;
}

interface SessionPrivates {
  invite2xxTimer: NodeJS.Timeout | undefined;
}

/** Stops sip.js's own repetition of a 2xx, which runs on real timers; {@link ResponseRepeater} does it on the clock. */
export function stopSessionTimer(session: SessionDialog): void {
  const privates = session as unknown as SessionPrivates;
  privates.invite2xxTimer?.[Symbol.dispose]();
  privates.invite2xxTimer = undefined;
}

/** The Allow header field that sip.js writes into its responses; it cannot be configured. */
export const SIPJS_ALLOW = `Allow: ${AllowedMethods.toString()}`;

/**
 * Makes the branch of client transactions (RFC 3261 §8.1.1.7) unique: sip.js draws one of only ten million numbers, which
 * collide every few seconds under load. A CANCEL keeps the branch of its INVITE (§9.1).
 */
export function replaceBranchSource(next: () => string): void {
  const target = ClientTransaction as unknown as { makeId(request: OutgoingRequestMessage): string };
  target.makeId = (request) => {
    if (request.method !== 'CANCEL') return next();
    if (request.branch === undefined) throw new Error('a CANCEL needs the branch of its INVITE');
    return request.branch;
  };
  // The ACK of a 2xx has a branch of its own (§17.1.1.3), which sip.js draws in another place.
  const setViaHeader = OutgoingRequestMessage.prototype.setViaHeader;
  OutgoingRequestMessage.prototype.setViaHeader = function (branch, transport) {
    setViaHeader.call(this, this.method === 'ACK' ? next() : branch, transport);
  };
}
