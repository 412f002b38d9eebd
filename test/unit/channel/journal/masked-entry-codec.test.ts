import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalFact } from '../../../../src/channel/journal/journal-entry.ts';
import { maskedEntry } from '../../../../src/channel/journal/masked-entry.codec.ts';

const line = (fact: JournalFact): JournalEntry => ({ at: 0, ...fact });
const info = (contentType: string, body: string): JournalFact => ({
  kind: 'request',
  method: 'INFO',
  contentType,
  body,
});

const SECRET: readonly JournalFact[] = [
  { kind: 'digit', digit: '7', by: 'INBAND' },
  { kind: 'done', id: 1, method: 'dtmfDetector.getDigits', result: '777#', cause: 'END' },
  { kind: 'begin', id: 1, method: 'dtmfPlayer.play', arguments: ['777,7', { on: 100 }] },
  {
    kind: 'failed',
    id: 1,
    method: 'dtmfPlayer.play',
    error: { name: 'ChannelError', code: 'INVALID_ARGUMENT', message: 'not "77x"' },
  },
  info('application/dtmf-relay', 'Signal=7\r\nDuration=100\r\n'),
  info('application/dtmf', '7'),
  {
    kind: 'begin',
    id: 1,
    method: 'sip.send',
    arguments: [{ method: 'INFO', contentType: 'application/dtmf-relay', body: 'Signal = 7' }],
  },
];

const HARMLESS: readonly JournalFact[] = [
  { kind: 'digit', digit: '#', by: 'RFC4733' },
  { kind: 'done', id: 1, method: 'startCall', result: '7' },
  { kind: 'begin', id: 1, method: 'sleep', arguments: [777] },
  { kind: 'begin', id: 1, method: 'sip.send', arguments: [null, 7, { contentType: 'text/plain', body: '7' }] },
  { kind: 'failed', id: 1, method: 'sleep', error: { name: 'Error', message: '7' } },
  { kind: 'ended', info: { by: 'remote', status: 487 } },
  info('text/plain', '7'),
];

describe('a masked line', () => {
  it.each(SECRET)('holds no digit that was typed: $kind $method', (fact) => {
    const masked = JSON.stringify(maskedEntry(line(fact)));
    expect(masked).not.toContain('7');
    expect(masked).toContain('?');
  });

  it.each(HARMLESS)('is as it was when nobody typed it: $kind $method', (fact) => {
    expect(maskedEntry(line(fact))).toEqual(line(fact));
  });

  it('leaves the keys that end something, and how long a key was held', () => {
    expect(maskedEntry(line(SECRET[1] as JournalFact))).toMatchObject({ result: '???#' });
    expect(maskedEntry(line(SECRET[4] as JournalFact))).toMatchObject({ body: 'Signal=?\r\nDuration=100\r\n' });
  });
});
