import type { NumberGrammar } from './number-grammar.ts';

const SMALL = [
  'zéro',
  'un',
  'deux',
  'trois',
  'quatre',
  'cinq',
  'six',
  'sept',
  'huit',
  'neuf',
  'dix',
  'onze',
  'douze',
  'treize',
  'quatorze',
  'quinze',
  'seize',
  'dix-sept',
  'dix-huit',
  'dix-neuf',
] as const;
const TENS = [
  'vingt',
  'trente',
  'quarante',
  'cinquante',
  'soixante',
  'soixante',
  'quatre-vingt',
  'quatre-vingt',
] as const;
const LARGE = [
  [1_000_000_000, 'milliard'],
  [1_000_000, 'million'],
] as const;

/** Splits 20 to 99 into a ten and what is added to it: 71 is 60 and 11, 97 is 80 and 17. */
function split(value: number): { readonly ten: number; readonly rest: number; readonly joined: boolean } {
  const ten = value >= 60 ? value - (value % 20) : value - (value % 10);
  const rest = value - ten;
  return { ten, rest, joined: ten < 80 && (rest === 1 || rest === 11) };
}

/** @param isLast - whether no "mille" follows: only then "cent" and "vingt" have a plural. */
function belowThousand(value: number, isLast: boolean): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const words: string[] = [];
  if (hundreds > 1) words.push(SMALL[hundreds] ?? '');
  if (hundreds > 0) words.push(hundreds > 1 && rest === 0 && isLast ? 'cents' : 'cent');
  if (rest > 0) words.push(belowHundred(rest, isLast));
  return words.join(' ');
}

function belowHundred(value: number, isLast: boolean): string {
  if (value < 20) return SMALL[value] ?? '';
  const { ten, rest, joined } = split(value);
  const word = TENS[ten / 10 - 2] ?? '';
  if (rest === 0) return ten === 80 && isLast ? `${word}s` : word;
  return joined ? `${word} et ${SMALL[rest]}` : `${word}-${SMALL[rest]}`;
}

function soundsBelowThousand(value: number): readonly string[] {
  const hundreds = Math.floor(value / 100);
  const below = value % 100;
  const sounds: string[] = [];
  if (hundreds > 1) sounds.push(String(hundreds));
  if (hundreds > 0) sounds.push('hundred');
  if (below === 0) return sounds;
  if (below < 20) return [...sounds, String(below)];
  const { ten, rest, joined } = split(below);
  sounds.push(String(ten));
  if (joined) sounds.push('et');
  if (rest > 0) sounds.push(String(rest));
  return sounds;
}

/** French as in France and Canada: 70 is "soixante-dix", 90 "quatre-vingt-dix". */
export const french: NumberGrammar = {
  minus: 'moins',
  sounds: (value) => {
    if (value === 0) return ['0'];
    const sounds: string[] = [];
    let rest = value;
    for (const [size, name] of LARGE) {
      const count = Math.floor(rest / size);
      if (count > 0) sounds.push(...soundsBelowThousand(count), name);
      rest %= size;
    }
    const thousands = Math.floor(rest / 1000);
    if (thousands > 1) sounds.push(...soundsBelowThousand(thousands));
    if (thousands > 0) sounds.push('thousand');
    return [...sounds, ...soundsBelowThousand(rest % 1000)];
  },
  words: (value) => {
    if (value === 0) return SMALL[0];
    const words: string[] = [];
    let rest = value;
    for (const [size, name] of LARGE) {
      const count = Math.floor(rest / size);
      // A million is a noun: "quatre-vingts millions", yet "quatre-vingt mille".
      if (count > 0) words.push(belowThousand(count, true), count > 1 ? `${name}s` : name);
      rest %= size;
    }
    const thousands = Math.floor(rest / 1000);
    if (thousands > 1) words.push(belowThousand(thousands, false));
    if (thousands > 0) words.push('mille');
    if (rest % 1000 > 0) words.push(belowThousand(rest % 1000, true));
    return words.join(' ');
  },
};
