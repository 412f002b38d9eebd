import { ChannelError } from '../../errors.ts';
import type { Spoken, SpokenPart } from './spoken.ts';
import { soundOf, spelledWord } from './spoken-characters.codec.ts';

/** The most digits that are spoken at once. */
const MOST = 256;
/** As long as a comma lasts when digits are sent. */
const COMMA_MS = 500;
/** What separates the groups of a telephone number. */
const GROUP_MS = 200;

/**
 * Digits as they are spoken, one by one: 0-9, A-D, `*`, `#` and `+`; a comma pauses for half a second, a blank or a hyphen for 200 ms. Throws
 * `ChannelError` `INVALID_ARGUMENT`.
 */
export function spokenDigits(digits: unknown, language: string): Spoken {
  const all = checkDigits(digits);
  const groups = all.split(/[, -]*,[, -]*/).filter((group) => [...group].some(isKey));
  return {
    parts: [...all].map(partOf),
    text: groups
      .map((group) =>
        [...group]
          .filter(isKey)
          .map((digit) => spelledWord(digit, language))
          .join(' '),
      )
      .join(', '),
  };
}

function isKey(digit: string): boolean {
  return digit !== ' ' && digit !== '-';
}

function partOf(digit: string): SpokenPart {
  if (digit === ',') return { pause: COMMA_MS };
  return isKey(digit) ? { sound: soundOf(digit) } : { pause: GROUP_MS };
}

/** Throws as {@link spokenDigits}. */
export function checkDigits(digits: unknown): string {
  const isKnown = typeof digits === 'string' && digits.length <= MOST;
  if (isKnown && /^[0-9A-D*#+, -]+$/i.test(digits) && /[^, -]/.test(digits)) return digits;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `digits must be 1 to ${MOST} of 0-9, A-D, *, # and +, with commas, blanks and hyphens for pauses, not ${typeof digits === 'string' ? JSON.stringify(digits.slice(0, 40)) : String(digits)}`,
  );
}
