import type { SipTrace } from '../../channel/signaling-port.ts';
import type { Logger } from '../../logger.ts';
import { hostPort } from './address-family.codec.ts';
import type { Endpoint, Flow, OnBytes } from './flow.ts';
import type { Transports } from './transports.ts';

/** Told of every message that comes or goes. */
export type OnTrace = (message: SipTrace) => void;

/** A flow that tells of what is sent by it. */
class TracedFlow implements Flow {
  readonly #flow: Flow;
  readonly #tell: (direction: SipTrace['direction'], bytes: Buffer, flow: Flow) => void;

  constructor(flow: Flow, tell: (direction: SipTrace['direction'], bytes: Buffer, flow: Flow) => void) {
    this.#flow = flow;
    this.#tell = tell;
  }

  get transport(): Flow['transport'] {
    return this.#flow.transport;
  }

  get reliable(): boolean {
    return this.#flow.reliable;
  }

  get local(): Endpoint {
    return this.#flow.local;
  }

  get remote(): Endpoint {
    return this.#flow.remote;
  }

  get closed(): boolean {
    return this.#flow.closed;
  }

  send(bytes: Buffer): Promise<void> {
    this.#tell('out', bytes, this.#flow);
    return this.#flow.send(bytes);
  }
}

/** Start line without the protocol version; for a response with the method that it answers. */
function summarize(text: string): string {
  const line = text.slice(0, text.indexOf('\r\n'));
  if (!line.startsWith('SIP/2.0 ')) return line.replace(/ SIP\/2\.0$/u, '');
  const method = /^CSeq\s*:\s*\d+\s+(\S+)/imu.exec(text)?.[1] ?? '';
  return `${line.slice('SIP/2.0 '.length)} (${method})`;
}

/** Puts `onTrace` between the transports and what is above them. */
export class Tracer {
  readonly #onTrace: OnTrace;
  readonly #logger: Logger;

  constructor(onTrace: OnTrace, logger: Logger) {
    this.#onTrace = onTrace;
    this.#logger = logger;
  }

  readonly #tell = (direction: SipTrace['direction'], bytes: Buffer, flow: Flow): void => {
    const text = bytes.toString('utf8');
    try {
      this.#onTrace({
        direction,
        transport: flow.transport,
        local: hostPort(flow.local),
        remote: hostPort(flow.remote),
        summary: summarize(text),
        text,
      });
    } catch (error) {
      this.#logger.error('the trace listener threw', { error });
    }
  };

  /** Tells of what comes before `onBytes` gets it. */
  receiving(onBytes: OnBytes): OnBytes {
    return (bytes, flow) => {
      this.#tell('in', bytes, flow);
      onBytes(bytes, flow);
    };
  }

  /** The same transports, whose flows tell of what is sent. */
  sending(transports: Transports): Transports {
    return {
      listening: transports.listening,
      reaches: (target) => transports.reaches(target),
      flowTo: async (target) => new TracedFlow(await transports.flowTo(target), this.#tell),
      replyFlow: (request, flow) => new TracedFlow(transports.replyFlow(request, flow), this.#tell),
      close: () => transports.close(),
    };
  }
}
