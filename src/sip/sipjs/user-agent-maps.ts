import type { UserAgentClient, UserAgentServer } from 'sip.js/lib/core/index.js';
import type { TransactionTimers } from './transaction-timers.ts';

/** The client transactions of a core. Each one passes here right after it was made. */
export class ClientMap extends Map<string, UserAgentClient> {
  readonly #timers: TransactionTimers;

  constructor(timers: TransactionTimers) {
    super();
    this.#timers = timers;
  }

  override set(id: string, client: UserAgentClient): this {
    this.#timers.adopt(client.transaction);
    return super.set(id, client);
  }
}

/**
 * The server transactions of a core. sip.js looks through all of them for merged requests whenever a request without To tag comes,
 * which makes the cost of a call grow with the calls of the last half minute. Merged requests are refused before it (RFC 3261
 * §8.2.2.2), so here is nothing to look through.
 */
export class ServerMap extends Map<string, UserAgentServer> {
  readonly #timers: TransactionTimers;

  constructor(timers: TransactionTimers) {
    super();
    this.#timers = timers;
  }

  override set(id: string, server: UserAgentServer): this {
    this.#timers.adopt(server.transaction);
    return super.set(id, server);
  }

  override values(): MapIterator<UserAgentServer> {
    return new Map<string, UserAgentServer>().values();
  }
}
