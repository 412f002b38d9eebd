import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { hostPort } from './address-family.codec.ts';
import type { Endpoint, Flow, OnBytes } from './flow.ts';
import type { TcpPort } from './network.ts';
import { unreachableBecause } from './network-error.ts';
import { EMPTY_STREAM, type FramingLimits, type FramingState, frame, isMidMessage } from './stream-framing.state.ts';

/** A request whose length is unknown or too much. The connection is closed as soon as this has returned. */
export type OnUnframed = (head: Buffer, status: 400 | 413, problem: string, flow: Flow) => void;

/** What all connections of one user agent share. */
export interface ConnectionSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onBytes: OnBytes;
  readonly onUnframed: OnUnframed;
  readonly limits: FramingLimits;
  /** A connection without traffic for so long is closed, in milliseconds. */
  readonly idleTimeout: number;
  /** A message must be complete so long after its first byte, in milliseconds. */
  readonly messageTimeout: number;
}

const PONG = Buffer.from('\r\n');

/** One TCP connection, perhaps still being made. */
export class TcpFlow implements Flow {
  readonly transport = 'TCP';
  readonly reliable = true;
  readonly remote: Endpoint;
  /** Where the peer reaches us: our address on this connection, and the port that we listen at if we do. */
  local: Endpoint;
  readonly #settings: ConnectionSettings;
  readonly #onClosed: () => void;
  #port: TcpPort | undefined;
  #connecting: Promise<TcpPort> | undefined;
  #closed = false;
  #framing: FramingState = EMPTY_STREAM;
  #lastTraffic: number;
  #idleTimer: Disposable | undefined;
  #messageTimer: Disposable | undefined;

  constructor(remote: Endpoint, local: Endpoint, settings: ConnectionSettings, onClosed: () => void) {
    this.remote = { address: remote.address, port: remote.port };
    this.local = local;
    this.#settings = settings;
    this.#onClosed = onClosed;
    this.#lastTraffic = settings.clock.now();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Takes a connection that is there. */
  attach(port: TcpPort): void {
    if (this.#closed) {
      port.close();
      return;
    }
    this.#port = port;
    this.#watchIdleness();
    port.listen({ onData: (bytes) => this.#receive(bytes), onClosed: () => this.#finish() });
  }

  /** Takes a connection that is being made; what is sent meanwhile waits for it. Resolves with the local end, rejects with `UNREACHABLE`. */
  async attachLater(connecting: Promise<TcpPort>): Promise<Endpoint> {
    this.#connecting = connecting;
    try {
      const port = await connecting;
      this.attach(port);
      return port.local;
    } catch (error) {
      this.#finish();
      throw error;
    } finally {
      this.#connecting = undefined;
    }
  }

  async send(bytes: Buffer): Promise<void> {
    const port = this.#port ?? (await this.#connecting);
    if (this.#closed || !port) throw unreachableBecause('TCP', this.remote, 'the connection is closed');
    this.#lastTraffic = this.#settings.clock.now();
    return port.send(bytes);
  }

  close(): void {
    const port = this.#port;
    this.#finish();
    port?.close();
  }

  #receive(bytes: Buffer): void {
    if (this.#closed) return;
    this.#lastTraffic = this.#settings.clock.now();
    const wasMidMessage = isMidMessage(this.#framing);
    const { state, events } = frame(this.#framing, bytes, this.#settings.limits);
    this.#framing = state;
    if (!isMidMessage(state)) this.#disarmMessageTimer();
    else if (!wasMidMessage || events.length > 0) this.#armMessageTimer();
    for (const event of events) {
      switch (event.type) {
        case 'message':
          this.#deliver(event.bytes);
          break;
        case 'ping':
          this.#answer(PONG);
          break;
        case 'violation':
          this.#settings.logger.warn('a stream of SIP messages is broken', {
            remote: hostPort(this.remote),
            problem: event.problem,
          });
          if (event.head) this.#refuse(event.head, event.status, event.problem);
          this.close();
          break;
      }
    }
  }

  #deliver(bytes: Buffer): void {
    try {
      this.#settings.onBytes(bytes, this);
    } catch (error) {
      this.#settings.logger.error('receiving a message failed', { remote: hostPort(this.remote), error });
    }
  }

  #refuse(head: Buffer, status: 400 | 413, problem: string): void {
    try {
      this.#settings.onUnframed(head, status, problem, this);
    } catch (error) {
      this.#settings.logger.error('refusing a message failed', { remote: hostPort(this.remote), error });
    }
  }

  #answer(bytes: Buffer): void {
    this.send(bytes).catch((error: unknown) => {
      this.#settings.logger.debug('a keep-alive could not be answered', { remote: hostPort(this.remote), error });
    });
  }

  #armMessageTimer(): void {
    const { clock, logger, messageTimeout } = this.#settings;
    this.#disarmMessageTimer();
    this.#messageTimer = clock.schedule(clock.now() + messageTimeout, () => {
      logger.warn('a SIP message was not completed in time', { remote: hostPort(this.remote) });
      this.close();
    });
  }

  #disarmMessageTimer(): void {
    this.#messageTimer?.[Symbol.dispose]();
    this.#messageTimer = undefined;
  }

  /** One timer that looks when it fires, instead of one that is set anew at each message. */
  #watchIdleness(): void {
    const { clock, idleTimeout } = this.#settings;
    const deadline = this.#lastTraffic + idleTimeout;
    if (clock.now() >= deadline) this.close();
    else this.#idleTimer = clock.schedule(deadline, () => this.#watchIdleness());
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port = undefined;
    this.#framing = { phase: 'broken' };
    this.#disarmMessageTimer();
    this.#idleTimer?.[Symbol.dispose]();
    this.#onClosed();
  }
}
