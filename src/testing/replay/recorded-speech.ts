import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import type { CallerSpeech } from '../fake/fake-caller.ts';

/** Something that the far end said. */
export interface RecordedSpeech {
  /** Which line of the journal it comes after. */
  readonly index: number;
  readonly at: number;
  readonly speech: CallerSpeech;
}

type Entry<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;

/**
 * What the far end said, as far as a journal can tell: the audio of its recordings when it has that; otherwise a voice in each recording
 * that has sound in it, up to the silence that ended it.
 */
export function recordedSpeech(entries: readonly JournalEntry[]): readonly RecordedSpeech[] {
  const begins = new Map<number, { readonly index: number; readonly begin: Entry<'begin'> }>();
  const said: RecordedSpeech[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'begin') begins.set(entry.id, { index, begin: entry });
    else if (entry.kind === 'recorded' && entry.sound) {
      const recording = begins.get(entry.id);
      // Of a whole call it cannot be told who of the two it was.
      if (!recording || recording.begin.method.startsWith('wholeCallRecorder.')) continue;
      const { begin } = recording;
      const speech = audioOf(entries, index, entry) ?? voiceMs(begin, entry);
      said.push({ index: recording.index, at: Math.max(begin.at, entry.at - entry.ms), speech });
    }
  }
  return said;
}

/** The audio of a recording, which comes after the line about its end. */
function audioOf(entries: readonly JournalEntry[], from: number, { file }: Entry<'recorded'>): Uint8Array | undefined {
  const following = entries.slice(from + 1);
  const next = following.findIndex((entry) => entry.kind === 'recorded' && entry.file === file);
  const audio = following
    .slice(0, next < 0 ? undefined : next)
    .find((entry) => entry.kind === 'recording' && entry.file === file);
  return audio?.kind === 'recording' ? new Uint8Array(Buffer.from(audio.audio, 'base64')) : undefined;
}

function voiceMs({ arguments: [, options] }: Entry<'begin'>, { cause, ms }: Entry<'recorded'>): number {
  if (cause !== 'SILENCE') return ms;
  const { maxSilence } = (options ?? {}) as { readonly maxSilence?: unknown };
  return typeof maxSilence === 'number' ? Math.max(1, ms - maxSilence) : ms;
}
