import type { Channel } from '../../channel/channel.ts';
import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { methodText } from '../../channel/journal/method-text.codec.ts';
import type { CallerScript } from './caller-script.ts';

/** What is left undone of a call at this moment, one line each. */
export function undone(channel: Channel, unread: CallerScript): readonly string[] {
  const lines = pendingMethods(channel.journal.entries).map(
    (begin) => `${methodText(begin, undefined)} since ${begin.at} ms`,
  );
  if (channel.filePlayer.state === 'PLAYING') lines.push('a prompt is being played');
  if (soundsTone(channel.journal.entries)) lines.push('a tone is being played');
  if (channel.fileRecorder.state === 'RECORDING') lines.push('a recording runs');
  if (channel.wholeCallRecorder.state === 'RECORDING') lines.push('a recording of the whole call runs');
  return [...lines, ...unreached(unread)];
}

/** The lines of a script that were not reached, as messages have them. */
export function unreached(unread: CallerScript): readonly string[] {
  return unread.map(({ on, detail = '', text = `${on ?? 'after the line before'} ${detail}` }) =>
    `line of the script not reached: ${text}`.trimEnd(),
  );
}

type Begin = Extract<JournalEntry, { readonly kind: 'begin' }>;

/** Tone players are the program's own; the journal knows what became of what they started. */
function soundsTone(entries: readonly JournalEntry[]): boolean {
  const over = new Set(entries.flatMap((entry) => (entry.kind === 'played' ? [entry.id] : [])));
  return entries.some((entry) => entry.kind === 'done' && entry.method === 'tonePlayer.start' && !over.has(entry.id));
}

/** The methods that have begun and not ended. */
export function pendingMethods(entries: readonly JournalEntry[]): readonly Begin[] {
  const pending = new Map<number, Begin>();
  for (const entry of entries) {
    if (entry.kind === 'begin') pending.set(entry.id, entry);
    else if (entry.kind === 'done' || entry.kind === 'failed') pending.delete(entry.id);
  }
  return [...pending.values()];
}
