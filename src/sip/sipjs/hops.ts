import type { Transport } from 'sip.js/lib/core/index.js';
import type { Reliability } from '../reliability/reliability.ts';
import type { Flow } from '../transport/flow.ts';
import { finishRequest, finishResponse, type Reachable, requestHead } from './outgoing.ts';

/** What all hops of one user agent share. */
export interface HopContext {
  readonly reliability: Reliability;
  /** Where the peer on the other side of a flow reaches us. */
  reachable(flow: Flow): Reachable;
}

/** The way back of one request; sip.js takes it for a transport. `send` never throws. */
export class ResponseHop implements Transport {
  readonly protocol: string;
  readonly flow: Flow;
  readonly #context: HopContext;
  readonly #key: string;

  constructor(context: HopContext, key: string, flow: Flow) {
    this.#context = context;
    this.#key = key;
    this.flow = flow;
    this.protocol = flow.transport;
  }

  send(text: string): Promise<void> {
    try {
      const { status, bytes } = finishResponse(text, this.#context.reachable(this.flow));
      return this.#context.reliability.sendResponse(this.#key, status, bytes, this.flow);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

/** The way of requests to one next hop. The flow may have to be made first. `send` never throws. */
export class RequestHop implements Transport {
  readonly protocol: string;
  readonly #context: HopContext;
  #flow: Flow | undefined;
  #connecting: Promise<Flow> | undefined;
  #failed = false;

  constructor(context: HopContext, protocol: string, flow: Flow | Promise<Flow>) {
    this.#context = context;
    this.protocol = protocol;
    if (!(flow instanceof Promise)) {
      this.#flow = flow;
      return;
    }
    this.#connecting = flow.then((made) => {
      this.#flow = made;
      this.#connecting = undefined;
      return made;
    });
    // Whoever sends sees the failure; nobody may have to.
    this.#connecting.catch(() => {
      this.#failed = true;
    });
  }

  /** False when the flow could not be made, or has closed since: the next request needs another hop. */
  get usable(): boolean {
    return this.#flow === undefined ? !this.#failed : !this.#flow.closed;
  }

  send(text: string): Promise<void> {
    try {
      if (this.#flow !== undefined) return this.#push(text, this.#flow);
      return (this.#connecting as Promise<Flow>).then((flow) => this.#push(text, flow));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #push(text: string, flow: Flow): Promise<void> {
    const { key, method, bytes } = finishRequest(text, this.#context.reachable(flow));
    return this.#context.reliability.sendRequest(key, method, bytes, flow);
  }
}

const ROUTE = /^Route: .*\r\n/gmu;

/**
 * The transport of an INVITE's client transaction. sip.js sends the ACK of a 2xx by it as well, which has to go where the dialog
 * says (RFC 3261 §13.2.2.4), and puts only the first Route into the ACK of a refusal, which must have all of them (§17.1.1.3).
 */
export class InviteHop implements Transport {
  readonly protocol: string;
  readonly #first: Transport;
  readonly #acknowledge: (text: string) => Transport;
  #branch = '';
  #routes: readonly string[] = [];
  /** Settles as the sending of the first INVITE does. */
  firstSent: Promise<void> | undefined;

  constructor(first: Transport, acknowledge: (text: string) => Transport) {
    this.#first = first;
    this.#acknowledge = acknowledge;
    this.protocol = first.protocol;
  }

  send(text: string): Promise<void> {
    const { method, branch } = requestHead(text);
    if (method === 'ACK') {
      return branch === this.#branch ? this.#first.send(this.#withAllRoutes(text)) : this.#acknowledge(text).send(text);
    }
    const sent = this.#first.send(text);
    if (method === 'INVITE') {
      this.#branch = branch;
      this.#routes = text.match(ROUTE) ?? [];
      this.firstSent ??= sent;
    }
    return sent;
  }

  #withAllRoutes(ack: string): string {
    if (this.#routes.length < 2) return ack;
    // By a function, since a dollar sign in a URI would mean something in a replacement text.
    return ack.replace(ROUTE, '').replace('\r\n', (lineEnd) => lineEnd + this.#routes.join(''));
  }
}
