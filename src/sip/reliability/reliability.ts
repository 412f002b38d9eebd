import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/flow.ts';

/** What becomes of a request that arrived. */
export type RequestVerdict =
  /** Not seen before: hand it up, and answer it with `sendResponse` and the same key. */
  | 'new'
  /** An ACK that the core must see: the first for a refused INVITE, or any for an accepted one. */
  | 'ack'
  /** A repetition, dealt with. */
  | 'swallowed'
  /** Too many transactions: answer 503 statelessly, or drop. */
  | 'overloaded';

/** How much the layer holds and did. */
export interface ReliabilityStats {
  /** Live transactions whose request is ours. */
  readonly clients: number;
  /** Live transactions whose request is the peer's. */
  readonly servers: number;
  /** Copies sent because a timer ran out or the peer repeated itself. */
  readonly resent: number;
  /** Repetitions and stray responses that went no further. */
  readonly absorbed: number;
  /** Client transactions that ended without a final response. */
  readonly timeouts: number;
}

/** The layer under sip.js, which believes its transport to be reliable. */
export interface Reliability {
  /** What to do with a request; `key` is `requestKey(request)`, `replyFlow` the way its responses go. */
  receiveRequest(request: SipRequest, key: string, replyFlow: Flow): RequestVerdict;
  /** True when the core must see this response; `key` is `responseKey(response)`. */
  receiveResponse(response: SipResponse, key: string): boolean;
  /** Sends a 100 for the INVITE of that key unless something was sent for it already. `make` is only called when it is needed. */
  sendTrying(key: string, make: () => Buffer): void;
  /**
   * Sends a request of ours and repeats it as its method demands. `key` is `clientKey(top Via, method)`. An ACK is sent once and, when it
   * belongs to a refusal (same branch as the INVITE), kept to be repeated. A CANCEL limits the wait for the INVITE's final response.
   * Rejects with `UNREACHABLE` when the request could not be handed to the network; the transaction is forgotten then.
   */
  sendRequest(key: string, method: string, bytes: Buffer, flow: Flow): Promise<void>;
  /** Sends a response to the request of that key and repeats it as needed. `flow` is the reply flow. Rejects as `sendRequest`. */
  sendResponse(key: string, status: number, bytes: Buffer, flow: Flow): Promise<void>;
  /** Is there a live transaction whose request is the peer's with this key? Tells whether a CANCEL has something to cancel. */
  hasServerTransaction(key: string): boolean;
  /** Resolves when each message sent so far, or until then, needs no repeating any more: what is left only absorbs. */
  whenSettled(): Promise<void>;
  stats(): ReliabilityStats;
  /** Forgets everything; no timer is left. */
  close(): void;
}
