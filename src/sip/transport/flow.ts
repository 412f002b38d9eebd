/** Where a datagram or a connection comes from or goes to. Numeric address. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * A way to one peer: a connection, or a local UDP socket with a remote address (RFC 5626 calls it the same).
 * `send` never throws and never calls back synchronously.
 */
export interface Flow {
  readonly transport: 'UDP' | 'TCP';
  /** False for UDP: what is sent may be lost, so the reliability layer repeats it. */
  readonly reliable: boolean;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly closed: boolean;
  /** Resolves when handed to the kernel, rejects with `ChannelError` `UNREACHABLE`. */
  send(bytes: Buffer): Promise<void>;
}

/** What a transport hands up: one whole message's bytes, leading keep-alive CRLFs taken off. */
export type OnBytes = (bytes: Buffer, flow: Flow) => void;
