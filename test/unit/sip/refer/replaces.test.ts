import { describe, expect, it } from 'vitest';
import { formatReplaces, parseReplaces } from '../../../../src/sip/refer/replaces.codec.ts';

describe('a Replaces header field (RFC 3891 §6.1)', () => {
  it.each([
    ['98732@host;from-tag=r33;to-tag=ff87', { callId: '98732@host', toTag: 'ff87', fromTag: 'r33', earlyOnly: false }],
    ['a ;to-tag=b ; from-tag=c;early-only', { callId: 'a', toTag: 'b', fromTag: 'c', earlyOnly: true }],
    [
      '12adf2f34456gs5;to-tag=12345;from-tag=54321;x="y;z"',
      { callId: '12adf2f34456gs5', toTag: '12345', fromTag: '54321', earlyOnly: false },
    ],
    [
      '(<>:\\"/[]?{})@x;TO-TAG=1;From-Tag=2',
      { callId: '(<>:\\"/[]?{})@x', toTag: '1', fromTag: '2', earlyOnly: false },
    ],
  ])('%s names a dialog', (value, replaces) => {
    expect(parseReplaces(value)).toEqual(replaces);
  });

  it.each([
    '',
    'a',
    ';to-tag=a;from-tag=b',
    'a;to-tag=b',
    'a;from-tag=b',
    'a;to-tag;from-tag=b',
    'a;to-tag=;from-tag=b',
    'a;to-tag=b;to-tag=c;from-tag=d',
    'a;to-tag=b;from-tag=c, d;to-tag=e;from-tag=f',
    'a@b@c;to-tag=b;from-tag=c',
    'a b;to-tag=b;from-tag=c',
    'a,b;to-tag=b;from-tag=c',
    'a\r\nb;to-tag=b;from-tag=c',
    `${'a'.repeat(1100)};to-tag=b;from-tag=c`,
  ])('%j names none', (value) => {
    expect(parseReplaces(value)).toBeUndefined();
  });

  it('is written as it is read', () => {
    const replaces = { callId: 'a@b', toTag: 'c', fromTag: 'd', earlyOnly: true };
    expect(formatReplaces(replaces)).toBe('a@b;to-tag=c;from-tag=d;early-only');
    for (const bad of ['', 'a;b', 'a b', 'a\nb', 'a,b'])
      for (const name of ['callId', 'toTag', 'fromTag'])
        expect(() => formatReplaces({ ...replaces, [name]: bad })).toThrow(
          expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
        );
  });
});
