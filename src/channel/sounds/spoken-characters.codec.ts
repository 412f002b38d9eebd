import { ChannelError } from '../../errors.ts';
import { primaryLanguage } from './language-choice.codec.ts';
import { SIGN_WORDS } from './spelling-words.ts';
import type { Spoken } from './spoken.ts';
import { spokenNumber } from './spoken-number.codec.ts';

/** The most characters that are spelled at once. */
const MOST = 256;

/** Signs whose recording has a name, in the Asterisk core sounds. The misspelled one is theirs. */
const SIGN_SOUNDS: Readonly<Record<string, string>> = {
  '*': 'digits/star',
  '#': 'digits/pound',
  '!': 'letters/exclaimation-point',
  '@': 'letters/at',
  $: 'letters/dollar',
  '-': 'letters/dash',
  '.': 'letters/dot',
  '=': 'letters/equals',
  '+': 'letters/plus',
  '/': 'letters/slash',
  ' ': 'letters/space',
};

/**
 * Letters, digits and signs as they are spelled, each by itself; capital letters like small ones. A letter of another alphabet or with a
 * mark, `ä` or `é`, has the name `letters/ä`; hardly any set of sounds has it, and then all of the text is spoken. Throws
 * `ChannelError` `INVALID_ARGUMENT`.
 */
export function spokenCharacters(characters: unknown, language: string): Spoken {
  const all = [...checkCharacters(characters)];
  return {
    parts: all.map((character) => ({ sound: soundOf(character) })),
    text: all.map((character) => spelledWord(character, language)).join(', '),
  };
}

/** How a character is called. */
export function spelledWord(character: string, language: string): string {
  if (/^[0-9]$/.test(character)) return spokenNumber(character, language).text;
  return SIGN_WORDS.get(primaryLanguage(language))?.[character] ?? (character === 'ß' ? 'ß' : character.toUpperCase());
}

/** Name of the recording of a character. */
export function soundOf(character: string): string {
  if (/^[0-9]$/.test(character)) return `digits/${character}`;
  const sign = SIGN_SOUNDS[character];
  if (sign !== undefined) return sign;
  if (/^[\x21-\x40\x5b-\x60\x7b-\x7e]$/.test(character)) return `letters/ascii${character.charCodeAt(0)}`;
  return `letters/${character.toLowerCase()}`;
}

/** What is to be spelled, with each letter and its marks as one character. Throws as {@link spokenCharacters}. */
export function checkCharacters(characters: unknown): string {
  const text = typeof characters === 'string' ? characters.normalize('NFC') : '';
  if (/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text) && text.length <= MOST) return text;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `characters must be 1 to ${MOST} letters, digits, signs and blanks, not ${shortened(characters)}`,
  );
}

function shortened(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
    : String(value);
}
