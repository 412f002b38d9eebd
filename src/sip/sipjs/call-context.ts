import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { LegBase } from '../leg.ts';
import type { Timings } from '../reliability/timings.ts';
import type { Router } from '../routing.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipCore } from './core.ts';
import type { CredentialsHook } from './hooks.ts';
import type { HopContext } from './hops.ts';

/** What a call works with. All but the credentials is the same for every call of one user agent. */
export interface CallContext {
  readonly core: SipCore;
  readonly router: Router;
  readonly hops: HopContext;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly logger: Logger;
  readonly newTag: () => string;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Where the program's media should tell the peer behind this flow to send to. */
  readonly localAddress: (flow: Flow) => string;
  /** A leg has ended; it is not counted any more. */
  readonly onEnd: (leg: LegBase) => void;
  /** Answers the challenges that this call meets; none without credentials. */
  readonly credentials: CredentialsHook | undefined;
}
