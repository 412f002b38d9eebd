import type { Clock } from '../../src/clock.ts';
import type { Endpoint, Flow } from '../../src/sip/transport/flow.ts';

/** A flow that goes nowhere and remembers what was sent, and when. */
export class RecordedFlow implements Flow {
  readonly transport: 'UDP' | 'TCP';
  readonly reliable: boolean;
  readonly local: Endpoint = { address: '192.0.2.1', port: 5060 };
  readonly remote: Endpoint;
  closed = false;
  /** What the next sends reject with. */
  failure: Error | undefined;
  readonly sent: { at: number; text: string }[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock, transport: 'UDP' | 'TCP' = 'UDP', remote: Endpoint = { address: '192.0.2.9', port: 5060 }) {
    this.#clock = clock;
    this.transport = transport;
    this.reliable = transport === 'TCP';
    this.remote = remote;
  }

  send(bytes: Buffer): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.sent.push({ at: this.#clock.now(), text: bytes.toString() });
    return Promise.resolve();
  }

  /** Times at which something was sent. */
  get times(): number[] {
    return this.sent.map(({ at }) => at);
  }

  /** First words of what was sent: a method, or `SIP/2.0 200`. */
  get heads(): string[] {
    return this.sent.map(({ text }) => (text.startsWith('SIP/2.0') ? text.slice(0, 11) : (text.split(' ')[0] ?? '')));
  }
}
