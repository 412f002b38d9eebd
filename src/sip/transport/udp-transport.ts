import { type Logger, silentLogger } from '../../logger.ts';
import { hostPort, isWildcard } from './address-family.codec.ts';
import type { Endpoint, Flow, OnBytes } from './flow.ts';
import type { Network, OnDatagram, UdpPort } from './network.ts';
import { unreachableBecause } from './network-error.ts';

/** Remote addresses and endpoints that are remembered; forgetting one costs only time. */
const MAX_REMEMBERED = 10_000;
/** Peers whose first datagrams wait until our address towards them is known, and datagrams of each. */
const MAX_WAITING_PEERS = 256;
const MAX_WAITING_DATAGRAMS = 64;
const CR = 13;
const LF = 10;

/** One UDP socket, and a flow for each peer that it talks with. */
export class UdpTransport {
  readonly local: Endpoint;
  readonly #port: UdpPort;
  readonly #network: Network;
  readonly #logger: Logger;
  readonly #onBytes: OnBytes;
  readonly #flows = new Map<string, UdpFlow>();
  readonly #localAddresses = new Map<string, string>();
  readonly #waiting = new Map<string, { bytes: Buffer; from: Endpoint }[]>();
  #closed = false;

  private constructor(port: UdpPort, network: Network, onBytes: OnBytes, logger: Logger) {
    this.#port = port;
    this.local = port.local;
    this.#network = network;
    this.#onBytes = onBytes;
    this.#logger = logger;
  }

  /** Rejects with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`. */
  static async open(
    network: Network,
    local: Endpoint,
    onBytes: OnBytes,
    logger: Logger = silentLogger,
  ): Promise<UdpTransport> {
    let receive: OnDatagram | undefined;
    const port = await network.openUdp(local, (bytes, from) => receive?.(bytes, from));
    const transport = new UdpTransport(port, network, onBytes, logger);
    receive = (bytes, from) => transport.#receive(bytes, from);
    return transport;
  }

  /** A flow to `remote` whose `local` is the address that the peer sees. Rejects with `UNREACHABLE` when there is no route. */
  async flowTo(remote: Endpoint): Promise<Flow> {
    const local = this.#knownLocalAddress(remote.address) ?? (await this.#findLocalAddress(remote.address));
    return this.#flow(remote, local);
  }

  /** A flow to another port of the peer of `flow`, for responses that go elsewhere than the request came from. */
  sibling(flow: Flow, remote: Endpoint): Flow {
    return this.#flow(remote, flow.local.address);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#flows.clear();
    this.#waiting.clear();
    await this.#port.close();
  }

  #receive(datagram: Buffer, from: Endpoint): void {
    const bytes = withoutLeadingLineEnds(datagram);
    // Keep-alives of a few bytes and whatever else cannot be a message.
    if (this.#closed || bytes.length < 4) return;
    const local = this.#knownLocalAddress(from.address);
    if (local === undefined) this.#receiveLater(bytes, from);
    else this.#deliver(bytes, from, local);
  }

  #deliver(bytes: Buffer, from: Endpoint, local: string): void {
    try {
      this.#onBytes(bytes, this.#flow(from, local));
    } catch (error) {
      this.#logger.error('receiving a datagram failed', { remote: hostPort(from), error });
    }
  }

  #receiveLater(bytes: Buffer, from: Endpoint): void {
    const waiting = this.#waiting.get(from.address);
    if (waiting) {
      if (waiting.length < MAX_WAITING_DATAGRAMS) waiting.push({ bytes, from });
      return;
    }
    if (this.#waiting.size >= MAX_WAITING_PEERS) return;
    const queue = [{ bytes, from }];
    this.#waiting.set(from.address, queue);
    this.#findLocalAddress(from.address).then(
      (local) => {
        this.#waiting.delete(from.address);
        for (const datagram of queue) if (!this.#closed) this.#deliver(datagram.bytes, datagram.from, local);
      },
      (error: unknown) => {
        this.#waiting.delete(from.address);
        this.#logger.warn('a peer that there is no route to sent a datagram', { remote: hostPort(from), error });
      },
    );
  }

  #knownLocalAddress(remote: string): string | undefined {
    return isWildcard(this.local.address) ? this.#localAddresses.get(remote) : this.local.address;
  }

  async #findLocalAddress(remote: string): Promise<string> {
    const address = await this.#network.localAddressTowards(remote);
    remember(this.#localAddresses, remote, address);
    return address;
  }

  #flow(remote: Endpoint, localAddress: string): UdpFlow {
    const key = `${remote.address}|${remote.port}`;
    const known = this.#flows.get(key);
    if (known) return known;
    const flow = new UdpFlow(
      { address: localAddress, port: this.local.port },
      { address: remote.address, port: remote.port },
      () => (this.#closed ? undefined : this.#port),
    );
    if (!this.#closed) remember(this.#flows, key, flow);
    return flow;
  }
}

class UdpFlow implements Flow {
  readonly transport = 'UDP';
  readonly reliable = false;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #port: () => UdpPort | undefined;

  constructor(local: Endpoint, remote: Endpoint, port: () => UdpPort | undefined) {
    this.local = local;
    this.remote = remote;
    this.#port = port;
  }

  get closed(): boolean {
    return this.#port() === undefined;
  }

  send(bytes: Buffer): Promise<void> {
    const port = this.#port();
    return port
      ? port.send(bytes, this.remote)
      : Promise.reject(unreachableBecause('UDP', this.remote, 'our socket is closed'));
  }
}

function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  if (memory.size >= MAX_REMEMBERED) {
    for (const oldest of memory.keys()) {
      memory.delete(oldest);
      break;
    }
  }
  memory.set(key, value);
}

function withoutLeadingLineEnds(datagram: Buffer): Buffer {
  let start = 0;
  while (datagram[start] === CR || datagram[start] === LF) start++;
  return start === 0 ? datagram : datagram.subarray(start);
}
