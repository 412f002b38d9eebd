import type { NumberGrammar } from './number-grammar.ts';

const SMALL = [
  'cero',
  'uno',
  'dos',
  'tres',
  'cuatro',
  'cinco',
  'seis',
  'siete',
  'ocho',
  'nueve',
  'diez',
  'once',
  'doce',
  'trece',
  'catorce',
  'quince',
  'dieciséis',
  'diecisiete',
  'dieciocho',
  'diecinueve',
  'veinte',
  'veintiuno',
  'veintidós',
  'veintitrés',
  'veinticuatro',
  'veinticinco',
  'veintiséis',
  'veintisiete',
  'veintiocho',
  'veintinueve',
] as const;
const TENS = ['treinta', 'cuarenta', 'cincuenta', 'sesenta', 'setenta', 'ochenta', 'noventa'] as const;
const HUNDREDS = [
  'ciento',
  'doscientos',
  'trescientos',
  'cuatrocientos',
  'quinientos',
  'seiscientos',
  'setecientos',
  'ochocientos',
  'novecientos',
] as const;

/** @param isShort - whether a word follows that makes "uno" to "un" and "veintiuno" to "veintiún". */
function belowThousand(value: number, isShort: boolean): string {
  if (value === 100) return 'cien';
  const words: string[] = [];
  if (value > 100) words.push(HUNDREDS[Math.floor(value / 100) - 1] ?? '');
  const rest = value % 100;
  if (rest > 0) words.push(belowHundred(rest, isShort));
  return words.join(' ');
}

function belowHundred(value: number, isShort: boolean): string {
  if (isShort && value === 1) return 'un';
  if (isShort && value === 21) return 'veintiún';
  if (value < 30) return SMALL[value] ?? '';
  const ten = TENS[Math.floor(value / 10) - 3] ?? '';
  const ones = value % 10;
  return ones === 0 ? ten : `${ten} y ${belowHundred(ones, isShort)}`;
}

function belowMillion(value: number, isShort: boolean): string {
  const words: string[] = [];
  const thousands = Math.floor(value / 1000);
  if (thousands > 1) words.push(belowThousand(thousands, true));
  if (thousands > 0) words.push('mil');
  if (value % 1000 > 0) words.push(belowThousand(value % 1000, isShort));
  return words.join(' ');
}

function soundsBelowThousand(value: number, isShort: boolean): readonly string[] {
  if (value === 100) return ['hundred'];
  const sounds: string[] = [];
  const rest = value % 100;
  if (value >= 200) sounds.push(String(value - rest));
  else if (value > 100) sounds.push('100-and');
  return [...sounds, ...soundsBelowHundred(rest, isShort)];
}

function soundsBelowHundred(value: number, isShort: boolean): readonly string[] {
  if (value === 0) return [];
  if (isShort && value === 1) return ['1M'];
  if (isShort && value === 21) return ['20-and', '1M'];
  if (value < 30) return [String(value)];
  const ones = value % 10;
  return ones === 0 ? [String(value)] : [String(value - ones), 'and', ...soundsBelowHundred(ones, isShort)];
}

function soundsBelowMillion(value: number, isShort: boolean): readonly string[] {
  const sounds: string[] = [];
  const thousands = Math.floor(value / 1000);
  if (thousands > 1) sounds.push(...soundsBelowThousand(thousands, true));
  if (thousands > 0) sounds.push('thousand');
  return [...sounds, ...soundsBelowThousand(value % 1000, isShort)];
}

/** Spanish: a thousand millions, since a "billón" is a million of them. Counting form, masculine. */
export const spanish: NumberGrammar = {
  minus: 'menos',
  sounds: (value) => {
    if (value === 0) return ['0'];
    const millions = Math.floor(value / 1_000_000);
    const start =
      millions === 0 ? [] : [...soundsBelowMillion(millions, true), millions === 1 ? 'million' : 'millions'];
    return [...start, ...soundsBelowMillion(value % 1_000_000, false)];
  },
  words: (value) => {
    if (value === 0) return SMALL[0];
    const millions = Math.floor(value / 1_000_000);
    const words: string[] = [];
    if (millions > 0) words.push(belowMillion(millions, true), millions === 1 ? 'millón' : 'millones');
    if (value % 1_000_000 > 0) words.push(belowMillion(value % 1_000_000, false));
    return words.join(' ');
  },
};
