import { splitList } from './list.codec.ts';
import type { NameAddr, Params, SipUri } from './message.ts';
import { formatParams, parseParams } from './params.codec.ts';
import { quote, quotedEnd, refuseLineBreaks, unquote } from './quoted-string.codec.ts';
import {
  COMMA,
  DOUBLE_QUOTE,
  GREATER_THAN,
  isSpace,
  LESS_THAN,
  QUESTION_MARK,
  SEMICOLON,
  skipSpace,
  trimmed,
} from './token.codec.ts';
import { parseUri } from './uri.codec.ts';

/** What {@link formatNameAddr} needs; the URI as text or parsed. */
export interface NameAddrParts {
  readonly displayName?: string | undefined;
  readonly uri: SipUri | string;
  readonly params?: Params | undefined;
}

/**
 * One `name-addr` or `addr-spec` with its parameters (RFC 3261 §20.10). Without angle brackets everything after the first
 * semicolon belongs to the header field, and a question mark is malformed. Display names without quotes may hold more than
 * tokens, since many devices send them so, but no comma: `Bell, Alexander <…>` reads as two values.
 */
export function parseNameAddr(text: string): NameAddr | undefined {
  const start = skipSpace(text, 0);
  let open = start;
  let displayName: string | undefined;
  if (text.charCodeAt(start) === DOUBLE_QUOTE) {
    const end = quotedEnd(text, start);
    if (end < 0) return undefined;
    displayName = unquote(text.slice(start, end));
    open = skipSpace(text, end);
    if (text.charCodeAt(open) !== LESS_THAN) return undefined;
  } else {
    open = addressEnd(text, start);
    if (open < 0) return undefined;
    if (text.charCodeAt(open) !== LESS_THAN) return addrSpec(text, start, open);
    if (open > start) displayName = trimmed(text, start, open);
  }
  const close = text.indexOf('>', open);
  if (close < 0) return undefined;
  const uri = parseUri(trimmed(text, open + 1, close));
  const params = parseParams(text, close + 1);
  return uri === undefined || params === undefined ? undefined : { displayName, uri, params };
}

/** Where `<` opens, or else where the parameters or the text end; -1 for a character that cannot stand before any of them. */
function addressEnd(text: string, from: number): number {
  for (let position = from; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === LESS_THAN || code === SEMICOLON) return position;
    if (code === DOUBLE_QUOTE || code === COMMA || code === GREATER_THAN) return -1;
  }
  return text.length;
}

function addrSpec(text: string, start: number, end: number): NameAddr | undefined {
  for (let position = start; position < end; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUESTION_MARK) return undefined;
    if (isSpace(code)) {
      if (skipSpace(text, position) < end) return undefined;
      break;
    }
  }
  const uri = parseUri(trimmed(text, start, end));
  const params = parseParams(text, end);
  return uri === undefined || params === undefined ? undefined : { displayName: undefined, uri, params };
}

/** Every address of the given header lines, or `undefined` when one is malformed. For Route, Record-Route and the like. */
export function parseNameAddrs(lines: readonly string[]): NameAddr[] | undefined {
  const addresses: NameAddr[] = [];
  for (const line of lines) {
    for (const element of splitList(line)) {
      const address = parseNameAddr(element);
      if (address === undefined) return undefined;
      addresses.push(address);
    }
  }
  return addresses;
}

/** As {@link parseNameAddrs}, for Contact: `'*'` when that is the one value there is (RFC 3261 §10.2.2). */
export function parseContacts(lines: readonly string[]): NameAddr[] | '*' | undefined {
  if (lines.length === 1 && lines[0] === '*') return '*';
  return parseNameAddrs(lines);
}

/**
 * A display name ready for a header: always quoted, quotes and backslashes escaped.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for CR, LF or NUL.
 */
export function quoteDisplayName(displayName: string): string {
  return quote(displayName);
}

/**
 * An address as text, always with angle brackets.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for CR, LF or NUL in any part.
 */
export function formatNameAddr(parts: NameAddrParts): string {
  const uri = typeof parts.uri === 'string' ? parts.uri : parts.uri.raw;
  refuseLineBreaks(uri, 'a URI');
  const name = parts.displayName === undefined || parts.displayName === '' ? '' : `${quote(parts.displayName)} `;
  return `${name}<${uri}>${parts.params === undefined ? '' : formatParams(parts.params)}`;
}
