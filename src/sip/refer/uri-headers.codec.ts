import type { HeaderField } from '../../channel/signaling-port.ts';
import { canonicalName, isKnownName } from '../message/header-names.codec.ts';
import { isToken, SPACE } from '../message/token.codec.ts';

/** Header fields in one URI that are read. */
const MOST_HEADERS = 32;
const LONGEST_VALUE = 2048;
const TAB = 9;
const DELETE = 127;

/** What follows the question mark of a URI, unescaped (RFC 3261 §19.1.1); `undefined` when it is malformed or too much. */
export function parseUriHeaders(text: string): HeaderField[] | undefined {
  const pairs = text.split('&');
  if (pairs.length > MOST_HEADERS) return undefined;
  const headers: HeaderField[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = unescaped(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : unescaped(pair.slice(equals + 1));
    if (name === undefined || value === undefined || !isToken(name) || hasControl(value)) return undefined;
    if (value.length > LONGEST_VALUE) return undefined;
    headers.push({ name, value });
  }
  return headers;
}

/** One header field for the part of a URI behind the question mark. */
export function formatUriHeader(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`;
}

/** Those that RFCs know and that say nothing about who calls, by which way, and what a program can do. */
const HARMLESS = new Set([
  'Accept-Contact',
  'Alert-Info',
  'Call-Info',
  'In-Reply-To',
  'Priority',
  'Reject-Contact',
  'Reply-To',
  'Request-Disposition',
  'Subject',
  'User-to-User',
]);

/**
 * Whether a header field that somebody else has put into a URI may go into a request of ours (RFC 3261 §19.1.5): none of those that
 * belong to the user agent, and none that another element would trust (`P-Asserted-Identity`). Names that no RFC knows are harmless.
 */
export function isHarmless({ name }: HeaderField): boolean {
  const canonical = canonicalName(name);
  if (HARMLESS.has(canonical)) return true;
  return !isKnownName(canonical) && !/^(?:p-|body$|replaces$)/iu.test(canonical);
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A line that ends early, or a character that no header field may hold. */
function hasControl(value: string): boolean {
  for (let position = 0; position < value.length; position += 1) {
    const code = value.charCodeAt(position);
    if ((code < SPACE && code !== TAB) || code === DELETE) return true;
  }
  return false;
}
