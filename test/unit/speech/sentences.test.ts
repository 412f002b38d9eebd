import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../../../src/speech/sentences.codec.ts';

describe('sentences', () => {
  it.each<[string, readonly string[]]>([
    ['Hello. How are you? Fine!', ['Hello.', 'How are you?', 'Fine!']],
    ['Dr. Smith paid 3.50 to J. Doe, i.e. all.', ['Dr. Smith paid 3.50 to J. Doe, i.e. all.']],
    ['He said "no." Then he left.', ['He said "no."', 'Then he left.']],
    ['One\n\nTwo', ['One', 'Two']],
    ['1, 2, 3', ['1, 2, 3']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(sentencesOf(text)).toEqual(expected);
  });

  it('cuts what is long where a clause ends, and the first piece sooner than the others', () => {
    const clause = `${'word '.repeat(16)}word, `;
    const pieces = sentencesOf(clause.repeat(8));
    expect(pieces[0]).toBe(clause.trim());
    expect(pieces[1]).toBe(clause.repeat(2).trim());
  });

  it('loses nothing but spaces, and no piece is long', () => {
    const unit = fc.constantFrom('a', 'b', '.', ' ', ', ', '! ', '\n\n', '😀');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 900 }), (text) => {
        const pieces = sentencesOf(text);
        expect(pieces.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(250);
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
