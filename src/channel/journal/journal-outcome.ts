import type { MediaOutcome, MediaRun } from '../media-run.ts';
import type { Journal } from './journal.ts';
import type { JournalFact } from './journal-entry.ts';

/** Writes down how a playing or recording has ended, also one that nobody waits for. One that could not begin is left out. */
export function journalOutcome<Outcome extends MediaOutcome>(
  journal: Journal,
  run: MediaRun<Outcome>,
  fact: (outcome: Outcome) => Extract<JournalFact, { readonly kind: 'played' | 'recorded' }>,
): void {
  void run.finished.then(() => {
    if (run.outcome) journal.add(fact(run.outcome));
  });
}

/** A duration as journals have it: milliseconds, to a tenth. */
export function journalMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
