import type { SipRequest } from '../message/message.ts';

interface Seen {
  readonly transaction: string;
  readonly forgetAt: number;
}

/**
 * Finds requests that came twice by different ways because a proxy forked them (RFC 3261 §8.2.2.2): same From tag, Call-ID and
 * CSeq, but another transaction. An index instead of a search through all transactions.
 */
export class MergedRequests {
  readonly #memory: number;
  readonly #maxEntries: number;
  /** In the order of arrival, and so in that of `forgetAt`. */
  readonly #seen = new Map<string, Seen>();

  /** @param memory - for how long a request is remembered, in milliseconds: as its transaction lives, 64·T1. */
  constructor(memory: number, maxEntries = 100_000) {
    this.#memory = memory;
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Notes a request outside of a dialog; true when it has come before in another transaction than `transaction`. */
  arrived(request: SipRequest, transaction: string, now: number): boolean {
    this.#forget(now);
    const { callId, cseq, fromTag } = request;
    const key = `${callId}|${fromTag ?? ''}|${cseq.number} ${cseq.method}`;
    const known = this.#seen.get(key);
    if (known) return known.transaction !== transaction;
    this.#seen.set(key, { transaction, forgetAt: now + this.#memory });
    return false;
  }

  clear(): void {
    this.#seen.clear();
  }

  #forget(now: number): void {
    for (const [key, { forgetAt }] of this.#seen) {
      if (forgetAt > now && this.#seen.size < this.#maxEntries) return;
      this.#seen.delete(key);
    }
  }
}
