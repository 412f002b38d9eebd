import { describe, expect, it } from 'vitest';
import { checkHeaderFields, type HeaderFields } from '../../../src/channel/header-field.codec.ts';
import { isChannelError } from '../../../src/errors.ts';

function codeOf(headers: unknown): string {
  try {
    checkHeaderFields(headers as HeaderFields);
  } catch (error) {
    return isChannelError(error) ? error.code : String(error);
  }
  return 'none';
}

describe('header fields of the application', () => {
  it('are taken with one value or several, in order', () => {
    expect(checkHeaderFields({ 'X-One': '1', "X-Odd.!%*_+`'~": '', 'X-Two': ['a', 'b'] })).toEqual([
      { name: 'X-One', value: '1' },
      { name: "X-Odd.!%*_+`'~", value: '' },
      { name: 'X-Two', value: 'a' },
      { name: 'X-Two', value: 'b' },
    ]);
    expect(checkHeaderFields(undefined)).toEqual([]);
  });

  for (const headers of [
    { 'X Name': 'a' },
    { 'X:Name': 'a' },
    { '': 'a' },
    { 'X-Name': 'a\r\nVia: b' },
    { 'X-Name': 'a\nb' },
    { 'X-Name': 'a\0' },
    { 'X-Name': ['a', 'b\r'] },
    { 'X-Name': 7 },
    { 'X-Name': null },
    { Via: 'a' },
    { CONTACT: 'a' },
    { l: '7' },
    { k: 'timer' },
    { Allow: 'INVITE' },
    { 'User-Agent': 'mine' },
    { 'content-disposition': 'render' },
    ['X-Name', 'a'],
    'X-Name: a',
    null,
  ]) {
    it(`${JSON.stringify(headers)} is refused`, () => {
      expect(codeOf(headers)).toBe('INVALID_ARGUMENT');
    });
  }
});
