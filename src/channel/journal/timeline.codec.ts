import type { JournalEntry } from './journal-entry.ts';
import { type TimelineLine, timelineLines } from './timeline-lines.codec.ts';

/** Where the second column begins at the latest; what the application did may run over that. */
const WIDEST = 60;

/**
 * What happened on a channel, as a table for people: the time in milliseconds, what the application did, and what the far end did. A
 * method is one line, at the time when it began, with its outcome and how long that took; one that has not ended is
 * `still pending`. Text, without ids and times of day: two runs that did the same at the same time look the same.
 *
 * @example
 * console.log(renderTimeline(channel.journal.entries));
 */
export function renderTimeline(entries: readonly JournalEntry[]): string {
  const lines = timelineLines(entries);
  if (lines.length === 0) return 'nothing has happened';
  const head: TimelineLine = { at: 'ms', application: 'application', caller: 'caller' };
  const all = [head, ...lines];
  const timeWidth = Math.max(...all.map(({ at }) => at.length));
  const width = Math.min(WIDEST, Math.max(...all.map(({ application }) => application.length)));
  return all
    .map(({ at, application, caller }) =>
      `${at.padStart(timeWidth)}  ${application.padEnd(width)}  ${caller}`.trimEnd(),
    )
    .join('\n');
}
