import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenNumber } from '../../../../src/channel/sounds/spoken-number.codec.ts';
import { numberOfSounds, numberOfWords } from './number-parser.ts';

/** What is spoken: the names of the sounds without their folder, and the words. */
function say(language: string, number: number | string): readonly [string, string] {
  const { parts, text } = spokenNumber(number, language);
  const names = parts?.map((part) => ('sound' in part ? part.sound.replace(/^digits\//, '') : ''));
  return [names?.join(' ') ?? '', text];
}

type Row = readonly [number: number, sounds: string, words: string];

const ENGLISH: readonly Row[] = [
  [0, '0', 'zero'],
  [7, '7', 'seven'],
  [13, '13', 'thirteen'],
  [16, '16', 'sixteen'],
  [17, '17', 'seventeen'],
  [20, '20', 'twenty'],
  [21, '20 1', 'twenty-one'],
  [22, '20 2', 'twenty-two'],
  [30, '30', 'thirty'],
  [31, '30 1', 'thirty-one'],
  [70, '70', 'seventy'],
  [71, '70 1', 'seventy-one'],
  [80, '80', 'eighty'],
  [81, '80 1', 'eighty-one'],
  [91, '90 1', 'ninety-one'],
  [99, '90 9', 'ninety-nine'],
  [100, '1 hundred', 'one hundred'],
  [101, '1 hundred 1', 'one hundred one'],
  [115, '1 hundred 15', 'one hundred fifteen'],
  [121, '1 hundred 20 1', 'one hundred twenty-one'],
  [200, '2 hundred', 'two hundred'],
  [999, '9 hundred 90 9', 'nine hundred ninety-nine'],
  [1000, '1 thousand', 'one thousand'],
  [1001, '1 thousand 1', 'one thousand one'],
  [1100, '1 thousand 1 hundred', 'one thousand one hundred'],
  [1234, '1 thousand 2 hundred 30 4', 'one thousand two hundred thirty-four'],
  [2000, '2 thousand', 'two thousand'],
  [21_000, '20 1 thousand', 'twenty-one thousand'],
  [100_000, '1 hundred thousand', 'one hundred thousand'],
  [1_000_000, '1 million', 'one million'],
  [2_000_000, '2 million', 'two million'],
  [1_000_001, '1 million 1', 'one million one'],
  [-5, 'minus 5', 'minus five'],
  [1_001_000_000, '1 billion 1 million', 'one billion one million'],
];

const GERMAN: readonly Row[] = [
  [0, '0', 'null'],
  [7, '7', 'sieben'],
  [13, '13', 'dreizehn'],
  [16, '16', 'sechzehn'],
  [17, '17', 'siebzehn'],
  [20, '20', 'zwanzig'],
  [21, '1-and 20', 'einundzwanzig'],
  [22, '2-and 20', 'zweiundzwanzig'],
  [30, '30', 'dreißig'],
  [31, '1-and 30', 'einunddreißig'],
  [70, '70', 'siebzig'],
  [71, '1-and 70', 'einundsiebzig'],
  [80, '80', 'achtzig'],
  [81, '1-and 80', 'einundachtzig'],
  [91, '1-and 90', 'einundneunzig'],
  [99, '9-and 90', 'neunundneunzig'],
  [100, 'hundred', 'hundert'],
  [101, '1N hundred 1', 'einhunderteins'],
  [115, '1N hundred 15', 'einhundertfünfzehn'],
  [121, '1N hundred 1-and 20', 'einhunderteinundzwanzig'],
  [200, '2 hundred', 'zweihundert'],
  [999, '9 hundred 9-and 90', 'neunhundertneunundneunzig'],
  [1000, 'thousand', 'tausend'],
  [1001, '1N thousand 1', 'eintausendeins'],
  [1100, '1N thousand 1N hundred', 'eintausendeinhundert'],
  [1234, '1N thousand 2 hundred 4-and 30', 'eintausendzweihundertvierunddreißig'],
  [2000, '2 thousand', 'zweitausend'],
  [21_000, '1-and 20 thousand', 'einundzwanzigtausend'],
  [100_000, '1N hundred thousand', 'einhunderttausend'],
  [101_000, '1N hundred 1N thousand', 'einhunderteintausend'],
  [1_000_000, '1F million', 'eine Million'],
  [2_000_000, '2 millions', 'zwei Millionen'],
  [1_000_001, '1F million 1', 'eine Million eins'],
  [-5, 'minus 5', 'minus fünf'],
  [1_001_000_000, '1F milliard 1F million', 'eine Milliarde eine Million'],
];

const FRENCH: readonly Row[] = [
  [0, '0', 'zéro'],
  [7, '7', 'sept'],
  [13, '13', 'treize'],
  [16, '16', 'seize'],
  [17, '17', 'dix-sept'],
  [20, '20', 'vingt'],
  [21, '20 et 1', 'vingt et un'],
  [22, '20 2', 'vingt-deux'],
  [30, '30', 'trente'],
  [31, '30 et 1', 'trente et un'],
  [70, '60 10', 'soixante-dix'],
  [71, '60 et 11', 'soixante et onze'],
  [77, '60 17', 'soixante-dix-sept'],
  [80, '80', 'quatre-vingts'],
  [81, '80 1', 'quatre-vingt-un'],
  [91, '80 11', 'quatre-vingt-onze'],
  [97, '80 17', 'quatre-vingt-dix-sept'],
  [99, '80 19', 'quatre-vingt-dix-neuf'],
  [100, 'hundred', 'cent'],
  [101, 'hundred 1', 'cent un'],
  [115, 'hundred 15', 'cent quinze'],
  [121, 'hundred 20 et 1', 'cent vingt et un'],
  [200, '2 hundred', 'deux cents'],
  [201, '2 hundred 1', 'deux cent un'],
  [999, '9 hundred 80 19', 'neuf cent quatre-vingt-dix-neuf'],
  [1000, 'thousand', 'mille'],
  [1001, 'thousand 1', 'mille un'],
  [1100, 'thousand hundred', 'mille cent'],
  [1234, 'thousand 2 hundred 30 4', 'mille deux cent trente-quatre'],
  [2000, '2 thousand', 'deux mille'],
  [21_000, '20 et 1 thousand', 'vingt et un mille'],
  [80_000, '80 thousand', 'quatre-vingt mille'],
  [100_000, 'hundred thousand', 'cent mille'],
  [200_000, '2 hundred thousand', 'deux cent mille'],
  [1_000_000, '1 million', 'un million'],
  [2_000_000, '2 million', 'deux millions'],
  [80_000_000, '80 million', 'quatre-vingts millions'],
  [1_000_001, '1 million 1', 'un million un'],
  [-5, 'minus 5', 'moins cinq'],
];

const SPANISH: readonly Row[] = [
  [0, '0', 'cero'],
  [7, '7', 'siete'],
  [13, '13', 'trece'],
  [16, '16', 'dieciséis'],
  [17, '17', 'diecisiete'],
  [20, '20', 'veinte'],
  [21, '21', 'veintiuno'],
  [22, '22', 'veintidós'],
  [30, '30', 'treinta'],
  [31, '30 and 1', 'treinta y uno'],
  [70, '70', 'setenta'],
  [71, '70 and 1', 'setenta y uno'],
  [80, '80', 'ochenta'],
  [81, '80 and 1', 'ochenta y uno'],
  [91, '90 and 1', 'noventa y uno'],
  [99, '90 and 9', 'noventa y nueve'],
  [100, 'hundred', 'cien'],
  [101, '100-and 1', 'ciento uno'],
  [115, '100-and 15', 'ciento quince'],
  [121, '100-and 21', 'ciento veintiuno'],
  [200, '200', 'doscientos'],
  [999, '900 90 and 9', 'novecientos noventa y nueve'],
  [1000, 'thousand', 'mil'],
  [1001, 'thousand 1', 'mil uno'],
  [1100, 'thousand hundred', 'mil cien'],
  [1234, 'thousand 200 30 and 4', 'mil doscientos treinta y cuatro'],
  [2000, '2 thousand', 'dos mil'],
  [21_000, '20-and 1M thousand', 'veintiún mil'],
  [31_000, '30 and 1M thousand', 'treinta y un mil'],
  [100_000, 'hundred thousand', 'cien mil'],
  [101_000, '100-and 1M thousand', 'ciento un mil'],
  [1_000_000, '1M million', 'un millón'],
  [2_000_000, '2 millions', 'dos millones'],
  [1_000_001, '1M million 1', 'un millón uno'],
  [-5, 'minus 5', 'menos cinco'],
  [1_000_000_000, 'thousand millions', 'mil millones'],
];

describe.each([
  ['en', ENGLISH],
  ['de', GERMAN],
  ['fr', FRENCH],
  ['es', SPANISH],
] as const)('numbers in %s', (language, rows) => {
  it.each(rows)('%i', (number, sounds, words) => {
    expect(say(language, number)).toEqual([sounds, words]);
  });

  it('mean what they should, as words and as sounds', () => {
    const sizes = [100, 10_000, 1_000_000, 1_000_000_000, 999_999_999_999];
    const anyNumber = fc.oneof(...sizes.map((max) => fc.integer({ min: -max, max })));
    fc.assert(
      fc.property(anyNumber, (number) => {
        const [sounds, words] = say(language, number);
        return numberOfWords(words, language) === number && numberOfSounds(sounds) === number;
      }),
      { numRuns: 3000 },
    );
  });

  it('are all different up to 10,000', () => {
    const words = new Set<string>();
    const sounds = new Set<string>();
    for (let number = 0; number <= 10_000; number++) {
      const spoken = say(language, number);
      sounds.add(spoken[0]);
      words.add(spoken[1]);
    }
    expect([words.size, sounds.size]).toEqual([10_001, 10_001]);
  });
});

/** The names in the folder `digits` of the core sounds 1.6.1 of these languages that numbers can use. */
const INSTALLED: Readonly<Record<string, string>> = {
  en: '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90 billion hundred million minus thousand',
  fr: '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50 60 70 80 90 et hundred million minus thousand',
  es: '0 1 1F 1M 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 20-and 21 22 23 24 25 26 27 28 29 30 40 50 60 70 80 90 100-and 200 300 400 500 600 700 800 900 and hundred million millions minus thousand',
};

it.each(Object.entries(INSTALLED))('numbers in %s need no sound that the core sounds have not', (language, names) => {
  const installed = new Set(names.split(' '));
  const most = language === 'fr' ? 999_999_999 : 999_999_999_999;
  fc.assert(
    fc.property(fc.integer({ min: -most, max: most }), (number) =>
      say(language, number)[0]
        .split(' ')
        .every((name) => installed.has(name)),
    ),
    { numRuns: 2000 },
  );
});

it('the language may have a region', () => {
  expect(say('de-AT', 42)[1]).toBe('zweiundvierzig');
  expect(say('fr_CA', 97)[1]).toBe('quatre-vingt-dix-sept');
  expect(say('EN', 21)[1]).toBe('twenty-one');
});

it('a language that is not known gets the figures', () => {
  expect(spokenNumber(-42, 'it')).toEqual({ parts: undefined, text: '-42' });
});

it('takes text, with a sign or zeros in front', () => {
  expect(say('en', '42')[1]).toBe('forty-two');
  expect(say('en', '-0042')[1]).toBe('minus forty-two');
  expect(say('en', '+7')[1]).toBe('seven');
  expect(say('en', '-0')).toEqual(['0', 'zero']);
  expect(say('en', -0)).toEqual(['0', 'zero']);
});

it.each([
  'abc',
  '',
  ' 1',
  '1e3',
  '0x10',
  '1.5',
  '1'.repeat(13),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  1e12,
  -1e12,
  undefined,
  null,
  10n,
  {},
])('refuses %s', (number) => {
  expect(() => spokenNumber(number, 'en')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
