import { describe, expect, it } from 'vitest';
import { jsonArguments, jsonValue } from '../../../../src/channel/journal/json-value.codec.ts';

class Phone {
  readonly number = '1';
}

const loop: { again?: unknown } = {};
loop.again = loop;

describe('a value as a journal keeps it', () => {
  it.each([
    ['text', 'text'],
    [true, true],
    [1.5, 1.5],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [null, null],
    [undefined, undefined],
    [() => 1, undefined],
    [new AbortController().signal, undefined],
    [new Uint8Array(160), '[Uint8Array of 160 bytes]'],
    [new Phone(), '[Phone]'],
    [
      [1, undefined, () => 1],
      [1, null, null],
    ],
    [{ a: undefined, b: 2, signal: AbortSignal.abort() }, { b: 2 }],
    [{ credentials: { username: 'ann', password: 'secret' } }, { credentials: { username: 'ann', password: '***' } }],
    [{ url: 'https://ann:s@cret@example.com/a@b.mp3' }, { url: 'https://***@example.com/a@b.mp3' }],
    ['https://example.com/a?b=c@d and so on', 'https://example.com/a?b=c@d and so on'],
    [loop, { again: { again: { again: { again: '[Object]' } } } }],
  ])('%o becomes %o', (value, expected) => {
    expect(jsonValue(value)).toEqual(expected);
  });

  it('does not change with the original', () => {
    const original = { headers: { 'X-A': '1' } };
    const kept = jsonValue(original);
    original.headers['X-A'] = '2';
    expect(kept).toEqual({ headers: { 'X-A': '1' } });
  });
});

describe('arguments', () => {
  it.each([
    [[], []],
    [['menu.wav', {}], ['menu.wav']],
    [[undefined, {}], []],
    [
      [undefined, { a: 1 }],
      [null, { a: 1 }],
    ],
    [[{ signal: AbortSignal.abort() }], []],
    [[''], ['']],
  ])('%o are written as %o', (values, expected) => {
    expect(jsonArguments(values)).toEqual(expected);
  });
});
