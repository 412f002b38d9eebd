import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileName } from '../../../src/channel/file-name.codec.ts';
import { isChannelError } from '../../../src/errors.ts';

function codeOf(name: unknown): string {
  try {
    parseFileName(name);
  } catch (error) {
    return isChannelError(error) ? error.code : String(error);
  }
  return 'none';
}

describe('file names', () => {
  for (const [name, segments] of [
    ['menu.wav', ['menu.wav']],
    ['de/menu.wav', ['de', 'menu.wav']],
    ['./de//menu.wav', ['de', 'menu.wav']],
    ['..hidden/..wav', ['..hidden', '..wav']],
    ['Grüße an Müller.wav', ['Grüße an Müller.wav']],
    ['12:30.wav', ['12:30.wav']],
    ['console.wav', ['console.wav']],
    ['com10.wav', ['com10.wav']],
  ] as const) {
    it(`${name} is inside the media directory`, () => {
      expect(parseFileName(name)).toEqual(segments);
    });
  }

  for (const name of [
    '..',
    '../a.wav',
    'a/../../b.wav',
    'a/..',
    '/etc/passwd',
    '//host/share.wav',
    '\\\\host\\share.wav',
    '..\\a.wav',
    'a\\..\\b.wav',
    'C:\\a.wav',
    'c:a.wav',
    'C:/a.wav',
    'con',
    'CON.wav',
    'a/nul',
    'aux.txt.wav',
    'COM1.wav',
    'lpt9',
    'com¹.wav',
    'conin$',
  ]) {
    it(`${JSON.stringify(name)} is outside the media directory`, () => {
      expect(codeOf(name)).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    });
  }

  for (const name of [
    '',
    undefined,
    null,
    7,
    {},
    'a\0.wav',
    'a\n.wav',
    'a\x7f',
    'a\\b.wav',
    'dir/',
    '.',
    'a/.',
    'a/./',
    'menu.',
    '.. /a',
    '...',
    'a. ',
    'x'.repeat(256),
  ]) {
    it(`${JSON.stringify(name)?.slice(0, 40)} is no file name`, () => {
      expect(codeOf(name)).toBe('INVALID_ARGUMENT');
    });
  }

  it('whatever is given, what comes out never leads upwards', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', ' ', '\0', 'C:', 'CON', 'a', '%2e%2e'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = parts.join('');
        if (codeOf(name) !== 'none') return;
        for (const segment of parseFileName(name)) {
          expect(segment).not.toBe('..');
          expect(segment).not.toBe('');
          expect(segment).not.toMatch(/[/\\\0]/);
        }
      }),
    );
  });
});
