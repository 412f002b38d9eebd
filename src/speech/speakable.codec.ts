/**
 * A text as providers may have it: halves of characters (lone surrogates) and control characters are spaces, and so is what cannot be
 * seen and turns the direction of text. @returns what is left, without spaces around.
 */
export function speakable(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}|[\p{Control}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
