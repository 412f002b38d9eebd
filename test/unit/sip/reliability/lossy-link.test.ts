import { describe, expect, it } from 'vitest';
import type { SipMessage } from '../../../../src/sip/message/message.ts';
import { parseMessage } from '../../../../src/sip/message/parse-message.codec.ts';
import { responseTo } from '../../../../src/sip/message/serialize-message.codec.ts';
import { ReliabilityLayer } from '../../../../src/sip/reliability/reliability-layer.ts';
import { requestKey, responseKey } from '../../../../src/sip/reliability/transaction-key.codec.ts';
import type { Flow } from '../../../../src/sip/transport/flow.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { requestOf, requestText } from '../../../support/sip-text.ts';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Two layers with a network between them that loses, doubles and delays. Each counts what its core would see. */
class Link {
  readonly clock = new VirtualClock();
  readonly requests = new Map<string, number>();
  readonly finals = new Map<string, number>();
  readonly timeouts: string[] = [];
  readonly #random: () => number;
  readonly #loss: number;
  readonly #onRequest: (message: SipMessage, key: string, link: Link) => void;
  readonly caller: ReliabilityLayer;
  readonly callee: ReliabilityLayer;
  readonly toCallee: Flow;
  readonly toCaller: Flow;

  constructor(seed: number, loss: number, onRequest: (message: SipMessage, key: string, link: Link) => void) {
    this.#random = seeded(seed);
    this.#loss = loss;
    this.#onRequest = onRequest;
    const onTimeout = (key: string): number => this.timeouts.push(key);
    this.caller = new ReliabilityLayer({ clock: this.clock, onTimeout });
    this.callee = new ReliabilityLayer({ clock: this.clock, onTimeout });
    this.toCallee = this.#flow((message) => this.#atCallee(message));
    this.toCaller = this.#flow((message) => this.#atCaller(message));
  }

  #flow(deliver: (message: SipMessage) => void): Flow {
    const here = { address: '192.0.2.1', port: 5060 };
    return {
      transport: 'UDP',
      reliable: false,
      local: here,
      remote: here,
      closed: false,
      send: (bytes) => {
        const copies = this.#random() < this.#loss ? 0 : this.#random() < 0.1 ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) {
          this.clock.schedule(this.clock.now() + 5 + this.#random() * 200, () => {
            const parsed = parseMessage(bytes);
            if (parsed.ok) deliver(parsed.message);
          });
        }
        return Promise.resolve();
      },
    };
  }

  #atCallee(message: SipMessage): void {
    if (message.kind !== 'request') return;
    const key = requestKey(message);
    const verdict = this.callee.receiveRequest(message, key, this.toCaller);
    if (verdict === 'swallowed' || verdict === 'overloaded') return;
    const name = `${message.method} ${message.callId}`;
    this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
    this.#onRequest(message, key, this);
  }

  #atCaller(message: SipMessage): void {
    if (message.kind !== 'response') return;
    const key = responseKey(message);
    if (!this.caller.receiveResponse(message, key) || message.status < 200) return;
    this.finals.set(key, (this.finals.get(key) ?? 0) + 1);
    if (message.cseq.method !== 'INVITE') return;
    const ack = requestText('ACK', { branch: message.topVia.branch, callId: message.callId });
    void this.caller.sendRequest(key, 'ACK', Buffer.from(ack), this.toCallee);
  }

  request(method: string, call: number): void {
    const text = requestText(method, { branch: `z9hG4bK${call}`, callId: `call-${call}` });
    void this.caller.sendRequest(requestKey(requestOf(text)), method, Buffer.from(text), this.toCallee);
  }
}

const CALLS = 200;
const seeds = [1, 2, 3, 4, 5];

describe.each(seeds)('two layers on a network that loses a tenth and doubles a tenth (seed %i)', (seed) => {
  it('bring every request to the core exactly once and one final response back', () => {
    const link = new Link(seed, 0.1, (message, key, { callee, toCaller }) => {
      if (message.kind === 'request')
        void callee.sendResponse(key, 200, responseTo(message, 200, { toTag: 'b' }), toCaller);
    });
    for (let call = 0; call < CALLS; call++) link.request('BYE', call);
    link.clock.advance(120_000);
    expect([...link.requests.values()]).toEqual(new Array(CALLS).fill(1));
    expect([...link.finals.values()]).toEqual(new Array(CALLS).fill(1));
    expect(link.timeouts).toEqual([]);
    expect(link.clock.pending).toBe(0);
  });

  it('refuse every INVITE once, with one ACK at the core, and leave nothing behind', () => {
    const link = new Link(seed, 0.1, (message, key, { callee, clock, toCaller }) => {
      if (message.kind !== 'request' || message.method !== 'INVITE') return;
      callee.sendTrying(key, () => responseTo(message, 100));
      clock.schedule(clock.now() + 3000, () => {
        void callee.sendResponse(key, 486, responseTo(message, 486, { toTag: 'b' }), toCaller);
      });
    });
    for (let call = 0; call < CALLS; call++) link.request('INVITE', call);
    link.clock.advance(180_000);
    for (let call = 0; call < CALLS; call++) {
      expect(link.requests.get(`INVITE call-${call}`)).toBe(1);
      expect(link.requests.get(`ACK call-${call}`)).toBe(1);
    }
    expect([...link.finals.values()]).toEqual(new Array(CALLS).fill(1));
    expect(link.timeouts).toEqual([]);
    expect(link.callee.stats().servers + link.caller.stats().clients).toBe(0);
    expect(link.clock.pending).toBe(0);
  });
});

it('a network that loses everything yields a timeout for each request and leaves nothing behind', () => {
  const link = new Link(1, 1, () => undefined);
  for (let call = 0; call < 10; call++) link.request(call % 2 ? 'INVITE' : 'BYE', call);
  link.clock.advance(32_000);
  expect(link.timeouts).toHaveLength(10);
  expect(link.clock.pending).toBe(0);
});
