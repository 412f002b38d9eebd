import type { UserAgentClient, UserAgentServer } from 'sip.js/lib/core/index.js';
import type { TransactionTimers } from './transaction-timers.ts';

/** Transactions of a core. Each one passes here right after it was made. */
class AdoptingMap<Agent extends UserAgentClient | UserAgentServer> extends Map<string, Agent> {
  readonly #timers: TransactionTimers;

  constructor(timers: TransactionTimers) {
    super();
    this.#timers = timers;
  }

  override set(id: string, agent: Agent): this {
    this.#timers.adopt(agent.transaction);
    return super.set(id, agent);
  }
}

/** The client transactions of a core. */
export class ClientMap extends AdoptingMap<UserAgentClient> {}

const NONE = new Map<string, UserAgentServer>();

/**
 * The server transactions of a core. sip.js looks through all of them for merged requests whenever a request without To tag comes,
 * which makes the cost of a call grow with the calls of the last half minute. Merged requests are refused before it (RFC 3261
 * §8.2.2.2), so here is nothing to look through.
 */
export class ServerMap extends AdoptingMap<UserAgentServer> {
  override values(): MapIterator<UserAgentServer> {
    return NONE.values();
  }
}
