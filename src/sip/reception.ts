import type { Clock } from '../clock.ts';
import { type Logger, silentLogger } from '../logger.ts';
import type { SipRequest, SipResponse } from './message/message.ts';
import { parseMessage } from './message/parse-message.codec.ts';
import { responseTo } from './message/serialize-message.codec.ts';
import type { Reliability } from './reliability/reliability.ts';
import { inviteKey, requestKey, responseKey } from './reliability/transaction-key.codec.ts';
import { capabilities } from './screening/answer-options.codec.ts';
import { registered } from './screening/answer-register.codec.ts';
import { MergedRequests } from './screening/merged-requests.state.ts';
import { DEFAULT_RULES, type Refusal, type ScreeningRules } from './screening/rules.ts';
import { screenRequest } from './screening/screen-request.codec.ts';
import type { Flow } from './transport/flow.ts';
import { stampSource } from './transport/source-address.codec.ts';
import { TryingQueue } from './trying-queue.ts';

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

/** Seconds that a caller is asked to wait when there are too many transactions. */
const RETRY_AFTER = '5';
/** As long as the transactions live that a merged request is compared with: 64·T1. */
const MERGE_MEMORY = 32_000;
const START_OF_RESPONSE = 'SIP/';

/**
 * The way of a message from the transport to the core: source stamped, parsed, repetitions absorbed, screened. OPTIONS and
 * whatever screening refuses is answered here, and so is an INVITE that gets no other response soon. Nothing here throws.
 */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #rules: ScreeningRules;
  readonly #logger: Logger;
  readonly #capabilities: Refusal;
  readonly #merged = new MergedRequests(MERGE_MEMORY);
  readonly #trying: TryingQueue;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#rules = { ...DEFAULT_RULES, ...options.rules };
    this.#logger = options.logger ?? silentLogger;
    this.#trying = new TryingQueue(options.clock);
    this.#capabilities = { status: 200, fields: capabilities(this.#rules) };
  }

  /** Takes one message from a transport. */
  readonly receive = (bytes: Buffer, flow: Flow): void => {
    try {
      if (bytes.toString('latin1', 0, START_OF_RESPONSE.length) === START_OF_RESPONSE)
        this.#receiveResponse(bytes, flow);
      else this.#receiveRequest(bytes, flow);
    } catch (error) {
      this.#logger.error('a SIP message could not be handled', { remote: flow.remote.address, error });
    }
  };

  /** Answers a request that came by a stream with no length or too much of it. The transport closes the connection. */
  readonly receiveUnframed = (head: Buffer, status: 400 | 413, problem: string, flow: Flow): void => {
    const parsed = parseMessage(stampSource(head, flow.remote));
    const message = parsed.ok ? parsed.message : parsed.answerable?.request;
    if (message?.kind !== 'request' || message.method === 'ACK') return;
    const bytes = responseTo(message, status, { toTag: this.#options.newTag(), reason: problem });
    this.#watch(flow.send(bytes), flow);
  };

  /** Forgets what it remembers and stops its timer. */
  close(): void {
    this.#merged.clear();
    this.#trying.close();
  }

  #receiveResponse(bytes: Buffer, flow: Flow): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok || parsed.message.kind !== 'response') {
      this.#logger.debug('a malformed SIP response was dropped', {
        remote: flow.remote.address,
        problem: parsed.ok ? undefined : parsed.problem,
      });
      return;
    }
    const response = parsed.message;
    // A response with more than our own Via is not meant for us (RFC 3261 §8.1.3.3).
    if (response.vias.length > 1) return;
    const key = responseKey(response);
    if (this.#options.reliability.receiveResponse(response, key)) this.#options.onResponse(response, key, flow);
  }

  #receiveRequest(bytes: Buffer, flow: Flow): void {
    const { onRequest, reliability, replyFlow } = this.#options;
    const parsed = parseMessage(stampSource(bytes, flow.remote));
    const request = parsed.ok ? parsed.message : parsed.answerable?.request;
    if (request?.kind !== 'request') {
      this.#logger.debug('a malformed SIP message was dropped', {
        remote: flow.remote.address,
        problem: parsed.ok ? undefined : parsed.problem,
      });
      return;
    }
    const key = requestKey(request);
    const reply = replyFlow(request, flow);
    switch (reliability.receiveRequest(request, key, reply)) {
      case 'new':
        break;
      case 'ack':
        onRequest(request, key, reply);
        return;
      case 'swallowed':
        return;
      case 'overloaded':
        this.#respond(request, key, reply, { status: 503, fields: [{ name: 'Retry-After', value: RETRY_AFTER }] });
        return;
    }
    if (parsed.ok) this.#admit(request, key, reply);
    else this.#respond(request, key, reply, malformed(parsed.answerable?.status ?? 400, parsed.problem));
  }

  #admit(request: SipRequest, key: string, reply: Flow): void {
    const { clock, knowsDialog, reliability } = this.#options;
    const refusal = screenRequest(request, this.#rules, {
      knowsDialog,
      cancels: (cancel) => reliability.hasServerTransaction(inviteKey(cancel)),
      merged: (candidate) => this.#merged.arrived(candidate, key, clock.now()),
    });
    const answer = refusal ?? this.#ownAnswer(request);
    if (answer) this.#respond(request, key, reply, answer);
    else this.#handUp(request, key, reply);
  }

  /** What is answered without asking the core. REGISTER gets this far only where it is allowed. */
  #ownAnswer(request: SipRequest): Refusal | undefined {
    if (request.method === 'OPTIONS') return this.#capabilities;
    return request.method === 'REGISTER' ? { status: 200, fields: registered(request) } : undefined;
  }

  #handUp(request: SipRequest, key: string, reply: Flow): void {
    const { onRequest, reliability } = this.#options;
    try {
      onRequest(request, key, reply);
    } catch (error) {
      this.#logger.error('a SIP request could not be handled', { method: request.method, error });
      // Has no effect when the request had a final response before the failure.
      if (reliability.hasServerTransaction(key)) this.#respond(request, key, reply, { status: 500, fields: [] });
    }
    if (request.method === 'INVITE') {
      this.#trying.add(() => reliability.sendTrying(key, () => responseTo(request, 100)));
    }
  }

  #respond(request: SipRequest, key: string, reply: Flow, { status, reason, fields }: Refusal): void {
    const bytes = responseTo(request, status, { toTag: this.#options.newTag(), fields, reason });
    this.#watch(this.#options.reliability.sendResponse(key, status, bytes, reply), reply);
  }

  #watch(sending: Promise<void>, flow: Flow): void {
    sending.catch((error: unknown) => {
      this.#logger.debug('a SIP response could not be sent', { remote: flow.remote.address, error });
    });
  }
}

function malformed(status: 400 | 505, problem: string): Refusal {
  return { status, reason: status === 400 ? `Bad Request (${problem})` : undefined, fields: [] };
}
