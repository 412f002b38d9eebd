/**
 * What the SIP transports need from an operating system's network, as narrow as possible, so that an in-memory network
 * can take its place. Addresses are numeric, IPv6 without brackets; an address with a colon is an IPv6 address.
 */
import type { Endpoint } from './flow.ts';

/** An open UDP socket. */
export interface UdpPort {
  readonly local: Endpoint;
  /** Resolves when the kernel took the datagram, rejects with `ChannelError` `UNREACHABLE`. */
  send(bytes: Buffer, remote: Endpoint): Promise<void>;
  close(): Promise<void>;
}

/** Called for each datagram. `bytes` is the listener's own. */
export type OnDatagram = (bytes: Buffer, from: Endpoint) => void;

/** What happens on a connection. `onClosed` comes exactly once, also after `close`; no `onData` follows it. */
export interface TcpListener {
  onData(bytes: Buffer): void;
  onClosed(): void;
}

/** An open TCP connection. */
export interface TcpPort {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Sets the one listener. Nothing is delivered before it is set, and nothing is lost. */
  listen(listener: TcpListener): void;
  /** Resolves when the kernel took the bytes, rejects with `ChannelError` `UNREACHABLE`. */
  send(bytes: Buffer): Promise<void>;
  /** Sends what is queued, then closes; what does not leave within moments is thrown away. */
  close(): void;
}

/** An open listening TCP socket. */
export interface TcpServer {
  readonly local: Endpoint;
  /** Stops accepting. Connections that were accepted stay open. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Address of ours to connect from; without it the routing table decides. */
  readonly localAddress?: string | undefined;
  /** Milliseconds after which the attempt is given up. */
  readonly timeout: number;
  /** Aborting gives the attempt up at once. */
  readonly signal: AbortSignal;
}

export interface Network {
  /** Port 0 means any free port. Rejects with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`. */
  openUdp(local: Endpoint, onDatagram: OnDatagram): Promise<UdpPort>;
  /** Port 0 means any free port. Rejects with `PORT_IN_USE` or `ADDRESS_UNAVAILABLE`. */
  listenTcp(local: Endpoint, onConnection: (port: TcpPort) => void): Promise<TcpServer>;
  /** Rejects with `UNREACHABLE`. */
  connectTcp(remote: Endpoint, options: ConnectOptions): Promise<TcpPort>;
  /** The local address from which packets to `remote` leave. Sends nothing. Rejects with `UNREACHABLE`. */
  localAddressTowards(remote: string): Promise<string>;
}
