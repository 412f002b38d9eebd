import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/flow.ts';
import type { Timings } from './timings.ts';

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

export interface ReliabilityOptions {
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly timings?: Partial<Timings> | undefined;
  /** Most transactions alive at once, both sides counted. Default 200,000. */
  readonly maxTransactions?: number | undefined;
  /**
   * A client transaction has ended without a final response: Timer B or F, or 64·T1 after the CANCEL of an INVITE.
   * The layer has forgotten it already.
   */
  readonly onTimeout: (key: string, method: string) => void;
  /** A request could not be handed to the network; the transaction is forgotten. */
  readonly onFailed: (key: string, method: string, error: unknown) => void;
}

export interface ReliabilityStats {
  /** Live transactions whose request is ours. */
  readonly clients: number;
  /** Live transactions whose request is the peer's. */
  readonly servers: number;
  /** Copies sent because a timer ran out or the peer repeated itself. */
  readonly resent: number;
  /** Repetitions that went no further. */
  readonly absorbed: number;
  readonly timeouts: number;
}

/** The public face of the layer under sip.js, which believes its transport to be reliable. */
export interface Reliability {
  /** What to do with a request; `key` is `requestKey(request)`, `replyFlow` the way its responses go. */
  receiveRequest(request: SipRequest, key: string, replyFlow: Flow): RequestVerdict;
  /** True when the core must see this response; `key` is `responseKey(response)`. */
  receiveResponse(response: SipResponse, key: string): boolean;
  /** Sends `bytes`, a 100 for a new INVITE, unless it was answered already. Costs no transaction state but the copy. */
  sendTrying(key: string, bytes: Buffer): void;
  /** Sends a request of ours and repeats it as its method demands; ACK is sent once and kept to be repeated. */
  sendRequest(key: string, method: string, bytes: Buffer, flow: Flow): Promise<void>;
  /** Sends a response to the request of that key and repeats it as needed. */
  sendResponse(key: string, status: number, bytes: Buffer, flow: Flow): Promise<void>;
  /** Is there a live INVITE from the peer with this key? Tells whether a CANCEL has something to cancel. */
  hasServerTransaction(key: string): boolean;
  stats(): ReliabilityStats;
  /** Forgets everything; no timer is left. */
  close(): void;
}
