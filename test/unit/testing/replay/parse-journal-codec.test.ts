import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../src/channel/journal/journal-entry.ts';
import { isChannelError } from '../../../../src/errors.ts';
import { parseJournal } from '../../../../src/testing/replay/parse-journal.codec.ts';

/** One line of each kind. */
const ENTRIES: readonly JournalEntry[] = [
  { at: 0, kind: 'call', direction: 'inbound', from: 'sip:a', to: 'sip:b', requestUri: 'sip:b', callId: 'x', wall: '' },
  { at: 0, kind: 'state', state: 'CALL_INCOMING', cause: 'NORMAL' },
  { at: 0, kind: 'progress', status: 180 },
  { at: 0.1, kind: 'offer', direction: 'recvonly' },
  { at: 1, kind: 'digit', digit: '1', by: 'INFO' },
  { at: 1, kind: 'request', method: 'INFO', contentType: 'text/plain', body: 'a\nb' },
  { at: 1, kind: 'begin', id: 1, method: 'sleep', arguments: [10] },
  { at: 1, kind: 'done', id: 1, method: 'sleep', result: null },
  { at: 1, kind: 'done', id: 1, method: 'dtmfDetector.getDigits', result: '1', cause: 'COUNT' },
  { at: 1, kind: 'failed', id: 1, method: 'sleep', error: { name: 'Hangup', message: 'gone' } },
  { at: 1, kind: 'played', id: 1, file: 'a.wav', cause: 'NORMAL', ms: 10 },
  { at: 1, kind: 'recorded', id: 1, file: 'b.wav', cause: 'SILENCE', ms: 10, sound: true },
  { at: 1, kind: 'note', text: 'hello' },
  { at: 1, kind: 'caller', action: 'speaks', detail: '10 ms' },
  { at: 1, kind: 'recording', file: 'b.wav', audio: 'UklGRg==' },
  { at: 1, kind: 'ended', info: { by: 'remote' } },
];

const text = (entries: readonly unknown[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

function messageOf(journal: string): string {
  try {
    parseJournal(journal);
  } catch (error) {
    if (isChannelError(error) && error.code === 'INVALID_ARGUMENT') return error.message;
    throw error;
  }
  return 'none';
}

describe('reading a journal', () => {
  it('gives what was written, of every kind', () => {
    expect(parseJournal(text(ENTRIES))).toEqual(ENTRIES);
  });

  it('takes what editors make of text files', () => {
    expect(parseJournal(`\uFEFF${text(ENTRIES).replaceAll('\n', '\r\n')}\r\n\r\n`)).toEqual(ENTRIES);
    expect(parseJournal('')).toEqual([]);
  });

  it('leaves out a last line that was cut off, and no other one', () => {
    const whole = text(ENTRIES);
    expect(parseJournal(whole.slice(0, -5))).toEqual(ENTRIES.slice(0, -1));
    expect(messageOf(`${whole.slice(0, -5)}\n`)).toBe(`line ${ENTRIES.length} of the journal is not JSON`);
    expect(messageOf('nonsense')).toBe('line 1 of the journal is not JSON');
  });

  it.each([
    [[1], 'line 2 of the journal is no object'],
    [null, 'line 2 of the journal is no object'],
    [{ kind: 'note', text: 'a' }, 'line 2 of the journal has no time: at must be a number'],
    [{ at: 1, kind: 'nothing' }, /^line 2 of the journal has the unknown kind "nothing"; there are call, state,/],
    [{ at: 1, kind: 'toString' }, /unknown kind "toString"/],
    [{ at: 1, kind: 'note', text: 7 }, 'line 2 of the journal (note) needs text, a string, and has 7'],
    [{ at: 1, kind: 'begin', id: 1, method: 'a', arguments: {} }, /needs arguments, an array, and has {}/],
    [{ at: 1, kind: 'ended', info: null }, /needs info, an object, and has null/],
    [{ at: 1, kind: 'offer', direction: 1 }, /needs direction, a string or nothing, and has 1/],
  ])('tells what is wrong with %o', (entry, expected) => {
    expect(messageOf(text([ENTRIES[0], entry]))).toMatch(expected);
  });

  it('misses every field that a line must have', () => {
    const optional = new Set(['contentType', 'result']);
    for (const entry of ENTRIES) {
      const { at, kind, ...fields } = entry;
      for (const name of Object.keys(fields)) {
        if (optional.has(name) || (kind === 'offer' && name === 'direction') || name === 'cause') continue;
        expect(messageOf(text([{ ...entry, [name]: undefined }])), `${kind} without ${name}`).toContain(name);
      }
    }
  });

  it('gives entries or an error of its own for any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...ENTRIES.map((e) => JSON.stringify(e))))),
        (lines) => {
          messageOf(lines.join('\n'));
        },
      ),
    );
  });
});
