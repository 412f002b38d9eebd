import { ChannelError } from '../../src/errors.ts';
import type { Endpoint } from '../../src/sip/transport/flow.ts';
import type {
  ConnectOptions,
  Network,
  OnDatagram,
  TcpListener,
  TcpPort,
  TcpServer,
  UdpPort,
} from '../../src/sip/transport/network.ts';

const nameOf = ({ address, port }: Endpoint): string => `${address}|${port}`;

/** One end of a connection in memory. Bytes arrive a microtask after they were sent. */
export class MemoryTcpPort implements TcpPort {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  peer: MemoryTcpPort | undefined;
  closed = false;
  #listener: TcpListener | undefined;
  readonly #early: Buffer[] = [];

  constructor(local: Endpoint, remote: Endpoint) {
    this.local = local;
    this.remote = remote;
  }

  listen(listener: TcpListener): void {
    this.#listener = listener;
    for (const bytes of this.#early.splice(0)) listener.onData(bytes);
    if (this.closed) listener.onClosed();
  }

  async send(bytes: Buffer): Promise<void> {
    if (this.closed) throw new ChannelError('UNREACHABLE', 'closed');
    queueMicrotask(() => this.peer?.receive(bytes));
  }

  receive(bytes: Buffer): void {
    if (this.closed) return;
    if (this.#listener) this.#listener.onData(bytes);
    else this.#early.push(bytes);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#listener?.onClosed();
    queueMicrotask(() => this.peer?.close());
  }
}

/** A network for tests of transports: every address exists, nothing is lost, ports are counted up from 40000. */
export class MemoryNetwork implements Network {
  readonly udp = new Map<string, OnDatagram>();
  readonly servers = new Map<string, (port: TcpPort) => void>();
  /** What `localAddressTowards` was asked. */
  readonly routesAsked: string[] = [];
  /** When set, connecting waits for it. */
  connecting: Promise<void> | undefined;
  #port = 40_000;

  async openUdp(wanted: Endpoint, onDatagram: OnDatagram): Promise<UdpPort> {
    const local = this.#bind(wanted, this.udp);
    this.udp.set(nameOf(local), onDatagram);
    return {
      local,
      send: async (bytes, remote) => queueMicrotask(() => this.deliver(bytes, local, remote)),
      close: async () => void this.udp.delete(nameOf(local)),
    };
  }

  /** A datagram arrives from wherever the test says. */
  deliver(bytes: Buffer, from: Endpoint, to: Endpoint): void {
    const receiver = this.udp.get(nameOf(to)) ?? this.udp.get(nameOf({ address: '0.0.0.0', port: to.port }));
    receiver?.(bytes, from);
  }

  async listenTcp(wanted: Endpoint, onConnection: (port: TcpPort) => void): Promise<TcpServer> {
    const local = this.#bind(wanted, this.servers);
    this.servers.set(nameOf(local), onConnection);
    return { local, close: async () => void this.servers.delete(nameOf(local)) };
  }

  async connectTcp(remote: Endpoint, { localAddress, signal }: ConnectOptions): Promise<MemoryTcpPort> {
    await this.connecting;
    const accept = this.servers.get(nameOf(remote));
    if (!accept || signal.aborted) throw new ChannelError('UNREACHABLE', 'refused');
    const local = { address: localAddress ?? '192.0.2.50', port: this.#port++ };
    const ours = new MemoryTcpPort(local, remote);
    const theirs = new MemoryTcpPort(remote, local);
    ours.peer = theirs;
    theirs.peer = ours;
    accept(theirs);
    return ours;
  }

  async localAddressTowards(remote: string): Promise<string> {
    this.routesAsked.push(remote);
    if (remote.startsWith('203.')) throw new ChannelError('UNREACHABLE', 'no route');
    return '192.0.2.50';
  }

  #bind(wanted: Endpoint, taken: ReadonlyMap<string, unknown>): Endpoint {
    const local = { address: wanted.address, port: wanted.port || this.#port++ };
    if (taken.has(nameOf(local))) throw new ChannelError('PORT_IN_USE', 'taken');
    return local;
  }
}
