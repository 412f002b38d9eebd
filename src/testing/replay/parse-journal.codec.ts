import type { JournalEntry } from '../../channel/journal/journal-entry.ts';
import { ChannelError } from '../../errors.ts';

/** What a field of a line must be. `?` may be missing. */
type FieldType = 'string' | 'string?' | 'number' | 'boolean' | 'object' | 'array' | 'anything';

type Kind = JournalEntry['kind'];
type FieldsOf<Entry> = Omit<Entry, 'at' | 'kind'>;

/** The fields of each kind of line; the compiler sees to it that none is forgotten. */
const FIELDS: {
  readonly [Name in Kind]: {
    readonly [Field in keyof FieldsOf<Extract<JournalEntry, { readonly kind: Name }>>]-?: FieldType;
  };
} = {
  call: { direction: 'string', from: 'string', to: 'string', requestUri: 'string', callId: 'string', wall: 'string' },
  state: { state: 'string', cause: 'string' },
  progress: { status: 'number' },
  offer: { direction: 'string?' },
  digit: { digit: 'string', by: 'string' },
  request: { method: 'string', contentType: 'string?', body: 'string' },
  begin: { id: 'number', method: 'string', arguments: 'array' },
  done: { id: 'number', method: 'string', result: 'anything', cause: 'string?' },
  failed: { id: 'number', method: 'string', error: 'object' },
  played: { id: 'number', file: 'string', cause: 'string', ms: 'number' },
  recorded: { id: 'number', file: 'string', cause: 'string', ms: 'number', sound: 'boolean' },
  note: { text: 'string' },
  caller: { action: 'string', detail: 'string' },
  threw: { error: 'object' },
  recording: { file: 'string', audio: 'string' },
  ended: { info: 'object' },
};

/**
 * Reads a journal: what `channel.journal.toJSONLines()` gives and a user agent keeps with its option `journal`. A last line that was
 * cut off, as when the program died in the middle of it, is left out.
 *
 * @throws ChannelError `INVALID_ARGUMENT`, with the number of the line and what is wrong with it.
 * @example
 * const entries = parseJournal('{"at":0,"kind":"note","text":"hello"}\n');
 * console.log(renderTimeline(entries));
 */
export function parseJournal(text: string): readonly JournalEntry[] {
  if (typeof text !== 'string')
    throw new ChannelError('INVALID_ARGUMENT', 'parseJournal() needs the text of a journal');
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const entries: JournalEntry[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parsedLine(line);
    // What comes after the last line break is whole only if it can be read.
    if (value === undefined && index === lines.length - 1 && entries.length > 0) break;
    const problem = value === undefined ? 'is not JSON' : problemOf(value);
    if (problem !== undefined)
      throw new ChannelError('INVALID_ARGUMENT', `line ${index + 1} of the journal ${problem}`);
    entries.push(value as JournalEntry);
  }
  return entries;
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object';
  const entry = value as { readonly at?: unknown; readonly kind?: unknown; readonly [name: string]: unknown };
  if (typeof entry.at !== 'number') return 'has no time: at must be a number';
  const kind = entry.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) {
    return `has the unknown kind ${JSON.stringify(kind)}; there are ${Object.keys(FIELDS).join(', ')}`;
  }
  for (const [name, type] of Object.entries(FIELDS[kind as Kind]) as readonly [string, FieldType][]) {
    if (!fits(entry[name], type))
      return `(${kind}) needs ${name}, ${wanted(type)}, and has ${JSON.stringify(entry[name])}`;
  }
  return undefined;
}

function fits(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'string?':
      return value === undefined || typeof value === 'string';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'anything':
      return true;
  }
}

function wanted(type: FieldType): string {
  switch (type) {
    case 'string?':
      return 'a string or nothing';
    case 'object':
    case 'array':
      return `an ${type}`;
    case 'string':
    case 'number':
    case 'boolean':
      return `a ${type}`;
    case 'anything':
      return 'whatever';
  }
}
