/** Character classes of RFC 3261 §25.1 and the small scans that every other codec of this folder is made of. */

const TAB = 9;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const COMMA = 44;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS_THAN = 60;
export const EQUALS = 61;
export const GREATER_THAN = 62;
export const QUESTION_MARK = 63;
export const AT_SIGN = 64;
export const LEFT_BRACKET = 91;
export const BACKSLASH = 92;

const TOKEN_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~";
const HOST_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._';
const IN_TOKEN = 1;
const IN_HOST = 2;

const CLASS = new Uint8Array(128);
for (const character of TOKEN_CHARACTERS) CLASS[character.charCodeAt(0)] = IN_TOKEN;
for (const character of HOST_CHARACTERS)
  CLASS[character.charCodeAt(0)] = (CLASS[character.charCodeAt(0)] ?? 0) | IN_HOST;

/** Position of the first character at or after `from` that cannot be part of a token. */
export function tokenEnd(text: string, from: number): number {
  let position = from;
  while (position < text.length && ((CLASS[text.charCodeAt(position)] ?? 0) & IN_TOKEN) !== 0) position += 1;
  return position;
}

/** True when `text` is one token and not empty. */
export function isToken(text: string): boolean {
  return text.length > 0 && tokenEnd(text, 0) === text.length;
}

/** Position of the first character at or after `from` that cannot be part of a host name or an IPv4 address. */
export function hostEnd(text: string, from: number): number {
  let position = from;
  while (position < text.length && ((CLASS[text.charCodeAt(position)] ?? 0) & IN_HOST) !== 0) position += 1;
  return position;
}

/** True for a space or a tab. */
export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Position of the first character at or after `from` that is neither space nor tab. Folding was undone before. */
export function skipSpace(text: string, from: number): number {
  let position = from;
  while (isSpace(text.charCodeAt(position))) position += 1;
  return position;
}

/** The text between `from` and `to` without the spaces and tabs around it; `String.trim` would take more than those. */
export function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Position after the digits that begin at `from`. */
export function digitsEnd(text: string, from: number): number {
  let position = from;
  for (let code = text.charCodeAt(position); code >= 48 && code <= 57; code = text.charCodeAt(position)) position += 1;
  return position;
}

/** A number of digits only, not above `limit`; `undefined` for anything else. Leading zeros are fine. */
export function parseDecimal(text: string, limit: number): number | undefined {
  if (text.length === 0 || digitsEnd(text, 0) !== text.length) return undefined;
  const number = Number(text);
  return number <= limit ? number : undefined;
}

/**
 * A copy that shares no memory with the text it was cut from. V8 keeps the whole source alive for every slice longer
 * than 12 characters; identifiers that outlive their message are copied so that they do not hold its header block.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
