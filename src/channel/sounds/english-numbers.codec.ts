import type { NumberGrammar } from './number-grammar.ts';

const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
] as const;
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;
const SCALES = [
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1000, 'thousand'],
] as const;

/** The number as a row of parts: numbers up to 90 that have a word of their own, and the names of hundreds and more. */
function partsOf(value: number): readonly (number | string)[] {
  if (value === 0) return [0];
  const parts: (number | string)[] = [];
  let rest = value;
  for (const [size, name] of SCALES) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(...belowThousand(count), name);
    rest %= size;
  }
  parts.push(...belowThousand(rest));
  return parts;
}

function belowThousand(value: number): readonly (number | string)[] {
  const parts: (number | string)[] = [];
  if (value >= 100) parts.push(Math.floor(value / 100), 'hundred');
  const rest = value % 100;
  if (rest < 20) {
    if (rest > 0) parts.push(rest);
    return parts;
  }
  parts.push(rest - (rest % 10));
  if (rest % 10 > 0) parts.push(rest % 10);
  return parts;
}

function wordFor(part: number | string): string {
  if (typeof part === 'string') return part;
  return (part < 20 ? SMALL[part] : TENS[part / 10 - 2]) ?? '';
}

/** English as it is spoken in America: no "and" after the hundreds. */
export const english: NumberGrammar = {
  minus: 'minus',
  sounds: (value) => partsOf(value).map(String),
  words: (value) => {
    const parts = partsOf(value);
    return parts.reduce<string>((text, part, index) => {
      const before = parts[index - 1];
      if (before === undefined) return wordFor(part);
      const isOneWord = typeof before === 'number' && typeof part === 'number';
      return `${text}${isOneWord ? '-' : ' '}${wordFor(part)}`;
    }, '');
  },
};
