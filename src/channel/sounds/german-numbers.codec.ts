import type { NumberGrammar } from './number-grammar.ts';

const SMALL = [
  '',
  'eins',
  'zwei',
  'drei',
  'vier',
  'fünf',
  'sechs',
  'sieben',
  'acht',
  'neun',
  'zehn',
  'elf',
  'zwölf',
  'dreizehn',
  'vierzehn',
  'fünfzehn',
  'sechzehn',
  'siebzehn',
  'achtzehn',
  'neunzehn',
] as const;
const TENS = ['zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'] as const;
const LARGE = [
  { size: 1_000_000_000, one: 'Milliarde', many: 'Milliarden', sound: 'milliard', sounds: 'milliards' },
  { size: 1_000_000, one: 'Million', many: 'Millionen', sound: 'million', sounds: 'millions' },
] as const;

/**
 * What a one at the end is: `eins` when nothing follows, `ein` before Tausend, `eine` before Million. The recordings are `1`, `1N` and
 * `1F`.
 */
type One = 'eins' | 'ein' | 'eine';

const ONE_SOUND: Readonly<Record<One, string>> = { eins: '1', ein: '1N', eine: '1F' };

function belowThousand(value: number, one: One): string {
  const hundreds = Math.floor(value / 100);
  const start = hundreds === 0 ? '' : `${hundreds === 1 ? 'ein' : SMALL[hundreds]}hundert`;
  const rest = value % 100;
  if (rest === 1) return start + one;
  if (rest < 20) return start + (SMALL[rest] ?? '');
  const ones = rest % 10;
  const before = ones === 0 ? '' : `${ones === 1 ? 'ein' : SMALL[ones]}und`;
  return start + before + (TENS[Math.floor(rest / 10) - 2] ?? '');
}

function soundsBelowThousand(value: number, one: One): readonly string[] {
  const sounds: string[] = [];
  const hundreds = Math.floor(value / 100);
  if (hundreds > 0) sounds.push(hundreds === 1 ? ONE_SOUND.ein : String(hundreds), 'hundred');
  const rest = value % 100;
  if (rest === 1) sounds.push(ONE_SOUND[one]);
  else if (rest > 0 && rest < 20) sounds.push(String(rest));
  else if (rest >= 20) {
    if (rest % 10 > 0) sounds.push(`${rest % 10}-and`);
    sounds.push(String(rest - (rest % 10)));
  }
  return sounds;
}

function belowMillion(value: number): string {
  const thousands = Math.floor(value / 1000);
  const start = thousands === 0 ? '' : `${belowThousand(thousands, 'ein')}tausend`;
  return start + belowThousand(value % 1000, 'eins');
}

function soundsBelowMillion(value: number): readonly string[] {
  const thousands = Math.floor(value / 1000);
  const start = thousands === 0 ? [] : [...soundsBelowThousand(thousands, 'ein'), 'thousand'];
  return [...start, ...soundsBelowThousand(value % 1000, 'eins')];
}

/** German: ones before tens, one word up to a million. */
export const german: NumberGrammar = {
  minus: 'minus',
  sounds: (value) => {
    if (value === 0) return ['0'];
    if (value === 100) return ['hundred'];
    if (value === 1000) return ['thousand'];
    const sounds: string[] = [];
    let rest = value;
    for (const { size, sound, sounds: many } of LARGE) {
      const count = Math.floor(rest / size);
      if (count > 0) sounds.push(...soundsBelowThousand(count, 'eine'), count === 1 ? sound : many);
      rest %= size;
    }
    return [...sounds, ...soundsBelowMillion(rest)];
  },
  words: (value) => {
    if (value === 0) return 'null';
    if (value === 100) return 'hundert';
    if (value === 1000) return 'tausend';
    const words: string[] = [];
    let rest = value;
    for (const { size, one, many } of LARGE) {
      const count = Math.floor(rest / size);
      if (count > 0) words.push(belowThousand(count, 'eine'), count === 1 ? one : many);
      rest %= size;
    }
    if (rest > 0) words.push(belowMillion(rest));
    return words.join(' ');
  },
};
