import type { Params } from './message.ts';
import { quote, quotedEnd, unquote } from './quoted-string.codec.ts';
import {
  COMMA,
  DOUBLE_QUOTE,
  EQUALS,
  GREATER_THAN,
  isToken,
  LESS_THAN,
  SEMICOLON,
  SPACE,
  skipSpace,
  tokenEnd,
} from './token.codec.ts';

/** Shared by everything that has no parameter, since most have none. */
export const NO_PARAMS: Params = new Map();

/**
 * `;name=value;flag` from `from` to the end of the text (RFC 3261 §7.3.1, generic-param). Quoted values are unquoted.
 * `undefined` when malformed, which includes one name with two different values: peers would disagree about which counts.
 */
export function parseParams(text: string, from: number): Params | undefined {
  let position = skipSpace(text, from);
  if (position === text.length) return NO_PARAMS;
  const params = new Map<string, string | undefined>();
  while (position < text.length) {
    if (text.charCodeAt(position) !== SEMICOLON) return undefined;
    const nameStart = skipSpace(text, position + 1);
    const nameEnd = tokenEnd(text, nameStart);
    if (nameEnd === nameStart) return undefined;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    let value: string | undefined;
    position = skipSpace(text, nameEnd);
    if (text.charCodeAt(position) === EQUALS) {
      const valueStart = skipSpace(text, position + 1);
      const quoted = text.charCodeAt(valueStart) === DOUBLE_QUOTE;
      const valueEnd = quoted ? quotedEnd(text, valueStart) : plainValueEnd(text, valueStart);
      if (valueEnd < 0) return undefined;
      value = text.slice(valueStart, valueEnd);
      if (quoted) value = unquote(value);
      position = skipSpace(text, valueEnd);
    }
    if (!addParam(params, name, value)) return undefined;
  }
  return params;
}

/** Sets the parameter unless it is there with another value, which is malformed. */
export function addParam(params: Map<string, string | undefined>, name: string, value: string | undefined): boolean {
  if (params.has(name)) return params.get(name) === value;
  params.set(name, value);
  return true;
}

/** Wider than token and host: values such as base64 are sent unquoted by devices in use. */
function plainValueEnd(text: string, from: number): number {
  let position = from;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code <= SPACE || code === SEMICOLON || code === COMMA || code === 127) break;
    if (code === DOUBLE_QUOTE || code === LESS_THAN || code === GREATER_THAN) return -1;
    position += 1;
  }
  return position;
}

/**
 * Parameters as text with their leading semicolons, values quoted where they must be.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a value with CR, LF or NUL.
 */
export function formatParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) {
    if (value === undefined) text += `;${name}`;
    else text += `;${name}=${isPlainValue(value) ? value : quote(value)}`;
  }
  return text;
}

/** A token or an IPv6 reference; anything else goes out in quotes. */
function isPlainValue(value: string): boolean {
  if (isToken(value)) return true;
  if (!value.startsWith('[') || !value.endsWith(']') || value.length < 3) return false;
  for (let position = 1; position < value.length - 1; position += 1) {
    if (!'0123456789abcdefABCDEF:.'.includes(value.charAt(position))) return false;
  }
  return true;
}
