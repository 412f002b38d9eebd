import { describe, expect, it } from 'vitest';
import type { Spoken } from '../../../../src/channel/sounds/spoken.ts';
import { spokenCharacters } from '../../../../src/channel/sounds/spoken-characters.codec.ts';
import { spokenDigits } from '../../../../src/channel/sounds/spoken-digits.codec.ts';

const refusal = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

/** The names of the sounds; a pause as its milliseconds. */
function parts({ parts: all }: Spoken): readonly (string | number)[] {
  return all?.map((part) => ('sound' in part ? part.sound : part.pause)) ?? [];
}

describe('digits', () => {
  it('one by one, with the keys and a plus', () => {
    const spoken = spokenDigits('+49*10#', 'en');
    expect(parts(spoken)).toEqual([
      'letters/plus',
      'digits/4',
      'digits/9',
      'digits/star',
      'digits/1',
      'digits/0',
      'digits/pound',
    ]);
    expect(spoken.text).toBe('plus four nine star one zero pound');
  });

  it('a comma, a blank and a hyphen pause', () => {
    expect(parts(spokenDigits('1-2', 'en'))).toEqual(['digits/1', 200, 'digits/2']);
    const spoken = spokenDigits('1 2,,3', 'de');
    expect(parts(spoken)).toEqual(['digits/1', 200, 'digits/2', 500, 500, 'digits/3']);
    expect(spoken.text).toBe('eins zwei, drei');
  });

  it('the keys A to D, in either case', () => {
    expect(parts(spokenDigits('aD', 'fr'))).toEqual(['letters/a', 'letters/d']);
    expect(spokenDigits('a7', 'fr').text).toBe('A sept');
  });

  it('are sounds in any language, and figures as text', () => {
    const spoken = spokenDigits('15', 'it');
    expect([parts(spoken), spoken.text]).toEqual([['digits/1', 'digits/5'], '1 5']);
  });

  it.each(['', ',', ' ', '12x', '-', '1\n', '١', '1'.repeat(257), 12, undefined, null])('refuses %s', (digits) => {
    expect(() => spokenDigits(digits, 'en')).toThrow(refusal);
  });
});

describe('characters', () => {
  it('letters, digits and signs', () => {
    const spoken = spokenCharacters('Bo7@x-y.de/ !', 'en');
    expect(parts(spoken)).toEqual([
      'letters/b',
      'letters/o',
      'digits/7',
      'letters/at',
      'letters/x',
      'letters/dash',
      'letters/y',
      'letters/dot',
      'letters/d',
      'letters/e',
      'letters/slash',
      'letters/space',
      'letters/exclaimation-point',
    ]);
    expect(spoken.text).toBe('B, O, seven, at, X, dash, Y, dot, D, E, slash, space, exclamation point');
  });

  it('signs by their code where the recordings have no name', () => {
    expect(parts(spokenCharacters('_?,(~', 'en'))).toEqual([
      'letters/ascii95',
      'letters/ascii63',
      'letters/ascii44',
      'letters/ascii40',
      'letters/ascii126',
    ]);
  });

  it('letters with marks, however they are written', () => {
    for (const written of ['\u00dcß', 'U\u0308ß']) {
      const spoken = spokenCharacters(written, 'de');
      expect(parts(spoken)).toEqual(['letters/ü', 'letters/ß']);
      expect(spoken.text).toBe('Ü, ß');
    }
    expect(spokenCharacters('é@1', 'fr').text).toBe('É, arobase, un');
    expect(spokenCharacters('ñ/-', 'es').text).toBe('Ñ, barra, guion');
  });

  it('signs are left as they are in a language that is not known', () => {
    expect(spokenCharacters('a@', 'it').text).toBe('A, @');
  });

  it.each(['', '\n', 'a\u0000', '\u0308', 'a'.repeat(257), 5, undefined])('refuses %j', (characters) => {
    expect(() => spokenCharacters(characters, 'en')).toThrow(refusal);
  });
});
