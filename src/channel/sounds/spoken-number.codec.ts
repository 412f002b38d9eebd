import { ChannelError } from '../../errors.ts';
import { english } from './english-numbers.codec.ts';
import { french } from './french-numbers.codec.ts';
import { german } from './german-numbers.codec.ts';
import { primaryLanguage } from './language-choice.codec.ts';
import type { NumberGrammar } from './number-grammar.ts';
import { spanish } from './spanish-numbers.codec.ts';
import type { Spoken } from './spoken.ts';

/** The largest number that can be spoken, and without the sign the smallest. */
const LARGEST = 999_999_999_999;

const GRAMMARS: ReadonlyMap<string, NumberGrammar> = new Map([
  ['de', german],
  ['en', english],
  ['es', spanish],
  ['fr', french],
]);

/**
 * A whole number as it is spoken. In a language that is not known here it is left to text to speech how to read the figures. Throws
 * `ChannelError` `INVALID_ARGUMENT` for anything else than a whole number of at most twelve digits.
 */
export function spokenNumber(number: unknown, language: string): Spoken {
  const value = parseNumber(number);
  const grammar = GRAMMARS.get(primaryLanguage(language));
  if (!grammar) return { parts: undefined, text: String(value) };
  const size = Math.abs(value);
  const names = value < 0 ? ['minus', ...grammar.sounds(size)] : grammar.sounds(size);
  const words = grammar.words(size);
  return {
    parts: names.map((name) => ({ sound: `digits/${name}` })),
    text: value < 0 ? `${grammar.minus} ${words}` : words,
  };
}

/** The number that is meant. Throws as {@link spokenNumber}. */
export function parseNumber(number: unknown): number {
  const value = typeof number === 'string' && /^[+-]?\d{1,12}$/.test(number) ? Number(number) : number;
  // Adding 0 makes a 0 of -0.
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST) return value + 0;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `number must be a whole number from -${LARGEST} to ${LARGEST}, not ${typeof number === 'string' ? JSON.stringify(number.slice(0, 40)) : String(number)}`,
  );
}
