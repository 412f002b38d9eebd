import type { Journal } from './journal.ts';

/** Where the journals of all channels are kept. */
export interface JournalStore {
  /** Keeps what is written into a journal from now on. */
  follow(id: string, journal: Journal): void;
  /** Resolves when all that was written so far is kept; nothing is kept after that. Never rejects. */
  close(): Promise<void>;
}
