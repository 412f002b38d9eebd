import type { Clock } from '../../clock.ts';
import { type Logger, silentLogger } from '../../logger.ts';
import { coarseDue } from '../coarse-due.codec.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/flow.ts';
import {
  type ClientContext,
  type ClientInput,
  clientDueAt,
  startClient,
  stepClient,
} from './client-retransmission.state.ts';
import type { Reliability, ReliabilityStats, RequestVerdict } from './reliability.ts';
import {
  type ServerContext,
  type ServerEffect,
  type ServerInput,
  serverDueAt,
  startServer,
  stepServer,
} from './server-retransmission.state.ts';
import { Settlement } from './settlement.ts';
import { DEFAULT_TIMINGS, type Timings } from './timings.ts';
import type { ClientTransaction, ServerTransaction } from './transaction.ts';
import { cancelledKey } from './transaction-key.codec.ts';

export interface ReliabilityOptions {
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  /** Shorter ones for tests. */
  readonly timings?: Partial<Timings> | undefined;
  /** Most transactions alive at once, both sides counted; beyond that new requests are `overloaded`. Default 200,000. */
  readonly maxTransactions?: number | undefined;
  /**
   * A client transaction ended without a final response: Timer B or F, or 64·T1 after the CANCEL of an INVITE. The layer has
   * forgotten it. It is this layer that decides, on the injected clock; sip.js's own Timers B and F fire at the same time at the earliest.
   */
  readonly onTimeout: (key: string, method: string) => void;
}

/** Retransmission and absorption of RFC 3261 §17 on a clock. */
export class ReliabilityLayer implements Reliability {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timings: Timings;
  readonly #maxTransactions: number;
  readonly #onTimeout: (key: string, method: string) => void;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #settlement = new Settlement();
  #resent = 0;
  #absorbed = 0;
  #timeouts = 0;
  #closed = false;

  constructor(options: ReliabilityOptions) {
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#maxTransactions = options.maxTransactions ?? 200_000;
    this.#onTimeout = options.onTimeout;
  }

  receiveRequest(request: SipRequest, key: string, replyFlow: Flow): RequestVerdict {
    if (this.#closed) return 'swallowed';
    const known = this.#servers.get(key);
    if (request.method === 'ACK') return this.#receiveAck(known);
    if (known) {
      this.#absorbed++;
      this.#stepServer(known, { type: 'repeated' });
      return 'swallowed';
    }
    if (this.#servers.size + this.#clients.size >= this.#maxTransactions) return 'overloaded';
    const context: ServerContext = {
      invite: request.method === 'INVITE',
      reliable: replyFlow.reliable,
      timings: this.#timings,
    };
    const state = startServer(context, this.#clock.now());
    const transaction: ServerTransaction = {
      key,
      flow: replyFlow,
      context,
      response: undefined,
      state,
      timer: undefined,
    };
    this.#servers.set(key, transaction);
    this.#armServer(transaction);
    return 'new';
  }

  receiveResponse(response: SipResponse, key: string): boolean {
    const transaction = this.#clients.get(key);
    const delivered =
      transaction !== undefined && this.#stepClient(transaction, { type: 'response', status: response.status });
    if (!delivered) this.#absorbed++;
    return delivered;
  }

  sendTrying(key: string, make: () => Buffer): void {
    const transaction = this.#servers.get(key);
    if (transaction?.state.phase !== 'unanswered' || transaction.response) return;
    const bytes = make();
    transaction.response = bytes;
    this.#fireAndForget(transaction.flow, bytes);
  }

  async sendRequest(key: string, method: string, bytes: Buffer, flow: Flow): Promise<void> {
    if (method === 'ACK') {
      const refused = this.#clients.get(key);
      if (refused?.state.phase === 'completed') refused.ack = bytes;
      return flow.send(bytes);
    }
    if (method === 'CANCEL') {
      const cancelled = this.#clients.get(cancelledKey(key));
      if (cancelled) this.#stepClient(cancelled, { type: 'cancelled' });
    }
    if (this.#closed) return flow.send(bytes);
    const context: ClientContext = { invite: method === 'INVITE', reliable: flow.reliable, timings: this.#timings };
    const state = startClient(context, this.#clock.now());
    const transaction: ClientTransaction = {
      key,
      method,
      flow,
      context,
      request: bytes,
      ack: undefined,
      state,
      timer: undefined,
    };
    this.#clients.get(key)?.timer?.[Symbol.dispose]();
    this.#clients.set(key, transaction);
    this.#armClient(transaction);
    try {
      await flow.send(bytes);
    } catch (error) {
      transaction.state = { phase: 'terminated' };
      if (this.#clients.get(key) === transaction) this.#armClient(transaction);
      throw error;
    }
  }

  async sendResponse(key: string, status: number, bytes: Buffer, flow: Flow): Promise<void> {
    const transaction = this.#servers.get(key);
    // The transaction may be over while the dialog still repeats its 2xx, or on TCP, where nothing is kept.
    if (!transaction) return flow.send(bytes);
    const effects = this.#stepServer(transaction, { type: 'response', status });
    if (!effects.includes('send')) return;
    transaction.response = transaction.state.phase === 'accepted' ? undefined : bytes;
    return flow.send(bytes);
  }

  hasServerTransaction(key: string): boolean {
    return this.#servers.has(key);
  }

  whenSettled(): Promise<void> {
    return this.#settlement.wait([...this.#clients.values(), ...this.#servers.values()]);
  }

  stats(): ReliabilityStats {
    return {
      clients: this.#clients.size,
      servers: this.#servers.size,
      resent: this.#resent,
      absorbed: this.#absorbed,
      timeouts: this.#timeouts,
    };
  }

  close(): void {
    this.#closed = true;
    this.#settlement.close();
    for (const { timer } of this.#clients.values()) timer?.[Symbol.dispose]();
    for (const { timer } of this.#servers.values()) timer?.[Symbol.dispose]();
    this.#clients.clear();
    this.#servers.clear();
  }

  #receiveAck(invite: ServerTransaction | undefined): RequestVerdict {
    // No transaction: the ACK to a 2xx, which is one of its own (§17.1.1.3). Whether there is such a call the core knows.
    if (!invite || this.#stepServer(invite, { type: 'ack' }).includes('deliverAck')) return 'ack';
    this.#absorbed++;
    return 'swallowed';
  }

  /** Returns whether the response goes up. */
  #stepClient(transaction: ClientTransaction, input: ClientInput, now = this.#clock.now()): boolean {
    const before = transaction.state;
    const { state, effects } = stepClient(before, input, now, transaction.context);
    transaction.state = state;
    if (state !== before) this.#armClient(transaction);
    let delivered = false;
    for (const effect of effects) {
      switch (effect) {
        case 'deliver':
          delivered = true;
          break;
        case 'resend':
          if (transaction.request) this.#resend(transaction.flow, transaction.request);
          break;
        case 'resendAck':
          if (transaction.ack) this.#resend(transaction.flow, transaction.ack);
          break;
        case 'timeout':
          this.#timeouts++;
          this.#reportTimeout(transaction);
          break;
      }
    }
    return delivered;
  }

  #stepServer(transaction: ServerTransaction, input: ServerInput, now = this.#clock.now()): readonly ServerEffect[] {
    const before = transaction.state;
    const { state, effects } = stepServer(before, input, now, transaction.context);
    transaction.state = state;
    if (state !== before) this.#armServer(transaction);
    if (effects.includes('resend') && transaction.response) this.#resend(transaction.flow, transaction.response);
    return effects;
  }

  #armClient(transaction: ClientTransaction): void {
    const { state } = transaction;
    this.#settlement.changed(transaction);
    transaction.timer?.[Symbol.dispose]();
    transaction.timer = undefined;
    if (state.phase !== 'sending') transaction.request = undefined;
    if (state.phase === 'terminated') {
      this.#clients.delete(transaction.key);
      return;
    }
    const dueAt = clientDueAt(state);
    if (dueAt !== undefined) transaction.timer = this.#clock.schedule(dueAt, () => this.#clientDue(transaction, dueAt));
  }

  #armServer(transaction: ServerTransaction): void {
    const { state } = transaction;
    this.#settlement.changed(transaction);
    transaction.timer?.[Symbol.dispose]();
    transaction.timer = undefined;
    if (state.phase === 'confirmed') transaction.response = undefined;
    if (state.phase === 'terminated') {
      this.#servers.delete(transaction.key);
      return;
    }
    const dueAt = serverDueAt(state);
    if (dueAt === undefined) return;
    const at = coarseDue(dueAt, this.#clock.now());
    transaction.timer = this.#clock.schedule(at, () => this.#serverDue(transaction, dueAt));
  }

  // Timers of the machine may fire a fraction of a millisecond early, which must not count as not yet due.
  #clientDue(transaction: ClientTransaction, dueAt: number): void {
    this.#stepClient(transaction, { type: 'due' }, Math.max(dueAt, this.#clock.now()));
  }

  #serverDue(transaction: ServerTransaction, dueAt: number): void {
    this.#stepServer(transaction, { type: 'due' }, Math.max(dueAt, this.#clock.now()));
  }

  #reportTimeout({ key, method }: ClientTransaction): void {
    try {
      this.#onTimeout(key, method);
    } catch (error) {
      this.#logger.error('handling the timeout of a SIP request failed', { method, error });
    }
  }

  #resend(flow: Flow, bytes: Buffer): void {
    this.#resent++;
    this.#fireAndForget(flow, bytes);
  }

  #fireAndForget(flow: Flow, bytes: Buffer): void {
    flow.send(bytes).catch((error: unknown) => {
      this.#logger.debug('a SIP message could not be sent', { remote: flow.remote.address, error });
    });
  }
}
