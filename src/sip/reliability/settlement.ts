import type { ClientState } from './client-retransmission.state.ts';
import type { ServerState } from './server-retransmission.state.ts';

interface Transaction {
  readonly state: ClientState | ServerState;
}

/** Waits until no message has to be repeated any more: what has only to absorb repetitions of the peer is settled. */
export class Settlement {
  #waiting: { readonly unsettled: Set<Transaction>; readonly resolve: () => void } | undefined;

  /** Resolves when none of these is unsettled, and none of those that changed meanwhile. One at a time. */
  wait(transactions: readonly Transaction[]): Promise<void> {
    const unsettled = new Set(transactions.filter(isUnsettled));
    if (unsettled.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { unsettled, resolve };
    });
  }

  /** A transaction has come into being or into another state. */
  changed(transaction: Transaction): void {
    if (this.#waiting === undefined) return;
    const { unsettled } = this.#waiting;
    if (isUnsettled(transaction)) unsettled.add(transaction);
    else unsettled.delete(transaction);
    if (unsettled.size === 0) this.close();
  }

  /** Waits no longer. */
  close(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

function isUnsettled({ state }: Transaction): boolean {
  return state.phase === 'sending' || state.phase === 'proceeding' || state.phase === 'refused';
}
