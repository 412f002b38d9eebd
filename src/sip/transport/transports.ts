import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { SipRequest } from '../message/message.ts';
import type { Flow, OnBytes } from './flow.ts';
import type { Network } from './network.ts';
import type { Target } from './target.ts';
import type { OnUnframed } from './tcp-flow.ts';

export interface Listen {
  readonly transport: 'UDP' | 'TCP';
  /** Numeric; `0.0.0.0` or `::` for every address of the machine. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
}

export interface TransportsOptions {
  readonly listen: readonly Listen[];
  readonly network: Network;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly onBytes: OnBytes;
  /** A request on a stream that is too long or has no length: answer it if you can; the connection is closed then. */
  readonly onUnframed?: OnUnframed | undefined;
  /** Most TCP connections at once, both directions. Default 2,000. */
  readonly maxConnections?: number | undefined;
}

/** All sockets of one user agent. */
export interface Transports {
  /** Where it listens, with real port numbers, in the order of `listen`. */
  readonly listening: readonly Listen[];
  /** False when no socket of ours could send there: UDP of an address family that is not listened at. */
  reaches(target: Target): boolean;
  /**
   * A way to `target`; a TCP connection is made or reused. `flow.local` is then the real address and port that the peer sees
   * us at, never `0.0.0.0`; for TCP with the port that we listen at, if we do. Rejects with `UNREACHABLE`.
   */
  flowTo(target: Target): Promise<Flow>;
  /** The way for the responses to a request that came by `flow` (RFC 3261 §18.2.2). */
  replyFlow(request: SipRequest, flow: Flow): Flow;
  close(): Promise<void>;
}
