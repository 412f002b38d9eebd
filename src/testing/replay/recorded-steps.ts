import { parseFileName } from '../../channel/file-name.codec.ts';
import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import type { FakeStep } from '../fake/caller-steps.ts';
import { mediaNames } from './recorded-media.ts';

/** Something that the recorded application did and the far end could notice. */
export interface RecordedStep {
  /** Which line of the journal says so. */
  readonly index: number;
  readonly at: number;
  readonly step: FakeStep;
  /** The file, tone or other medium; undefined for what is recognised without. */
  readonly detail: string | undefined;
  /** When it came cannot be told, only that it had come by then: a later part of a list, or what waited in a queue. */
  readonly isPast?: boolean;
}

type Begin = Extract<JournalEntry, { readonly kind: 'begin' }>;

const STEPS: Readonly<Record<string, FakeStep>> = {
  ring: 'ring',
  answer: 'answer',
  echo: 'echo',
  'filePlayer.play': 'play',
  'filePlayer.start': 'play',
  'filePlayer.say': 'play',
  'musicOnHold.start': 'music',
  'fileRecorder.record': 'record',
  'fileRecorder.start': 'record',
  'wholeCallRecorder.record': 'recordCall',
  'wholeCallRecorder.start': 'recordCall',
  'dtmfPlayer.play': 'digits',
  'tonePlayer.play': 'play',
  'tonePlayer.start': 'play',
};

/** What the application did, in order. Methods that were refused, or that found no call any more, did nothing. */
export function recordedSteps(entries: readonly JournalEntry[]): readonly RecordedStep[] {
  const refused = new Set(
    entries.flatMap((entry) => (entry.kind === 'failed' && entry.error.code !== undefined ? [entry.id] : [])),
  );
  const steps: RecordedStep[] = [];
  let isUp = false;
  const waiting = new Map<number, readonly (string | undefined)[]>();
  for (const [index, entry] of entries.entries()) {
    const { at } = entry;
    if (entry.kind === 'call') {
      isUp = true;
      if (entry.direction === 'outbound') steps.push({ index, at, step: 'call', detail: undefined });
    } else if (entry.kind === 'ended') isUp = false;
    else if (entry.kind === 'begin' && isUp && !refused.has(entry.id)) {
      const step = stepOf(entry);
      const [first, ...others] = playedBy(entry);
      if (step) steps.push({ index, at, step, detail: fileOf(entry) ?? toneOf(entry) ?? first });
      waiting.set(entry.id, entry.method === 'filePlayer.enqueue' ? [first, ...others] : others);
    } else if (entry.kind === 'played' && entry.cause === 'NORMAL') {
      for (const detail of waiting.get(entry.id) ?? []) steps.push({ index, at, step: 'play', detail, isPast: true });
    }
  }
  return steps;
}

/** The file that a method records, as the fake call names it. */
export function fileOf({ method, arguments: [file] }: Begin): string | undefined {
  const isRecording = /^(fileRecorder|wholeCallRecorder)\./.test(method) && Object.hasOwn(STEPS, method);
  return isRecording && typeof file === 'string' ? parseFileName(file).join('/') : undefined;
}

/** The names of what a method plays, as the fake call has them; see {@link mediaNames}. None for a method that plays nothing or a tone. */
export function playedBy({ method, arguments: [media] }: Begin): readonly (string | undefined)[] {
  if (method === 'filePlayer.say') return typeof media === 'string' ? mediaNames({ text: media }) : [];
  return /^(filePlayer\.(play|start|enqueue)|musicOnHold\.start)$/.test(method) ? mediaNames(media) : [];
}

function toneOf({ method, arguments: [tone] }: Begin): string | undefined {
  return isOfTone(method) && typeof tone === 'string' ? tone : undefined;
}

function isOfTone(method: string): boolean {
  return method.startsWith('tonePlayer.');
}

function stepOf({ method, arguments: [request] }: Begin): FakeStep | undefined {
  if (method !== 'sip.send') return Object.hasOwn(STEPS, method) ? STEPS[method] : undefined;
  return (request as { readonly method?: unknown } | undefined)?.method === 'MESSAGE' ? 'message' : 'info';
}
