import type { Clock } from '../../clock.ts';
import { type Logger, silentLogger } from '../../logger.ts';
import { chooseLocal, hostPort, isWildcard } from './address-family.codec.ts';
import type { Endpoint, Flow, OnBytes } from './flow.ts';
import type { Network, TcpPort, TcpServer } from './network.ts';
import { unreachableBecause } from './network-error.ts';
import { DEFAULT_FRAMING_LIMITS, type FramingLimits } from './stream-framing.state.ts';
import { type ConnectionSettings, type OnUnframed, TcpFlow } from './tcp-flow.ts';

export interface TcpOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly onBytes: OnBytes;
  readonly onUnframed?: OnUnframed | undefined;
  readonly limits?: Partial<FramingLimits> | undefined;
  /** Most connections at once, both directions. Default 2,000. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds without traffic after which a connection is closed. Default an hour, so that quiet calls keep theirs. */
  readonly idleTimeout?: number | undefined;
  /** Milliseconds that a message may take from its first byte to its last. Default 30,000. */
  readonly messageTimeout?: number | undefined;
  /** Milliseconds that making a connection may take. Default 10,000. */
  readonly connectTimeout?: number | undefined;
}

const HOUR = 3_600_000;

/** All TCP sockets of one user agent, listening and connected; one connection for each remote end. */
export class TcpTransport {
  readonly #network: Network;
  readonly #settings: ConnectionSettings;
  readonly #maxConnections: number;
  readonly #connectTimeout: number;
  readonly #servers: TcpServer[] = [];
  readonly #flows = new Map<string, TcpFlow>();
  readonly #connecting = new Map<string, Promise<Flow>>();
  readonly #stop = new AbortController();
  #closed = false;

  constructor(options: TcpOptions) {
    this.#network = options.network;
    this.#maxConnections = options.maxConnections ?? 2000;
    this.#connectTimeout = options.connectTimeout ?? 10_000;
    this.#settings = {
      clock: options.clock,
      logger: options.logger ?? silentLogger,
      onBytes: options.onBytes,
      onUnframed: options.onUnframed ?? (() => undefined),
      limits: { ...DEFAULT_FRAMING_LIMITS, ...options.limits },
      idleTimeout: options.idleTimeout ?? HOUR,
      messageTimeout: options.messageTimeout ?? 30_000,
    };
  }

  /** Connections that are open or being made. */
  get connections(): number {
    return this.#flows.size;
  }

  /** Rejects with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`. */
  async listen(local: Endpoint): Promise<Endpoint> {
    const server = await this.#network.listenTcp(local, (port) => this.#accept(port));
    this.#servers.push(server);
    return server.local;
  }

  /** A connection to `remote`, the one that is there or a new one. Rejects with `UNREACHABLE`. */
  async flowTo(remote: Endpoint): Promise<Flow> {
    const key = hostPort(remote);
    return this.#connecting.get(key) ?? this.#flows.get(key) ?? this.#connect(remote).ready;
  }

  /** As `flowTo`, but at once: what is sent waits for the connection. `local` is what the flow is called until then. */
  flowNow(remote: Endpoint, local: Endpoint): Flow {
    return this.#flows.get(hostPort(remote)) ?? this.#connect(remote, local).flow;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop.abort();
    for (const flow of [...this.#flows.values()]) flow.close();
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  #accept(port: TcpPort): void {
    if (this.#closed || this.#flows.size >= this.#maxConnections) {
      this.#settings.logger.warn('a connection was refused: there are too many', { remote: hostPort(port.remote) });
      port.close();
      return;
    }
    this.#makeFlow(port.remote, port.local).attach(port);
  }

  #connect(remote: Endpoint, local: Endpoint = { address: '', port: 0 }): { flow: Flow; ready: Promise<Flow> } {
    const key = hostPort(remote);
    const flow = this.#makeFlow(remote, local);
    const ready = this.#finishConnecting(flow, this.#open(remote)).finally(() => this.#connecting.delete(key));
    this.#connecting.set(key, ready);
    // Whoever waits for the flow or sends by it learns of the failure.
    ready.catch(() => undefined);
    return { flow, ready };
  }

  async #finishConnecting(flow: TcpFlow, opening: Promise<TcpPort>): Promise<Flow> {
    const local = await flow.attachLater(opening);
    flow.local = { address: local.address, port: this.#serverTowards(flow.remote)?.local.port ?? local.port };
    return flow;
  }

  async #open(remote: Endpoint): Promise<TcpPort> {
    if (this.#closed) throw unreachableBecause('TCP', remote, 'this user agent is stopped');
    if (this.#flows.size > this.#maxConnections)
      throw unreachableBecause('TCP', remote, 'there are too many connections');
    const bound = this.#serverTowards(remote)?.local.address;
    const localAddress = bound === undefined || isWildcard(bound) ? undefined : bound;
    return this.#network.connectTcp(remote, { localAddress, timeout: this.#connectTimeout, signal: this.#stop.signal });
  }

  #serverTowards(remote: Endpoint): TcpServer | undefined {
    return this.#servers[
      chooseLocal(
        this.#servers.map((server) => server.local.address),
        remote.address,
      )
    ];
  }

  #makeFlow(remote: Endpoint, local: Endpoint): TcpFlow {
    const key = hostPort(remote);
    const flow: TcpFlow = new TcpFlow(remote, local, this.#settings, () => {
      if (this.#flows.get(key) === flow) this.#flows.delete(key);
    });
    this.#flows.set(key, flow);
    return flow;
  }
}
