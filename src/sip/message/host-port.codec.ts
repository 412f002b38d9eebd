import { COLON, digitsEnd, hostEnd, LEFT_BRACKET, parseDecimal, skipSpace } from './token.codec.ts';

/** A host, perhaps a port, and where the text after them begins. */
export interface HostPort {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly end: number;
}

/**
 * `host[:port]` at `from`. Wider than RFC 3261 hostname: underscores and labels of any shape are names in use (containers).
 * An IPv6 reference is checked for its characters only, since RFC 5118 §4.10 wants three colons in a row to be survived.
 */
export function readHostPort(text: string, from: number): HostPort | undefined {
  let host: string;
  let end: number;
  if (text.charCodeAt(from) === LEFT_BRACKET) {
    const close = text.indexOf(']', from);
    if (close < 0) return undefined;
    host = text.slice(from + 1, close);
    if (!isIpv6Shaped(host)) return undefined;
    end = close + 1;
  } else {
    end = hostEnd(text, from);
    if (end === from) return undefined;
    host = text.slice(from, end);
  }
  const colon = skipSpace(text, end);
  if (text.charCodeAt(colon) !== COLON) return { host, port: undefined, end };
  const portStart = skipSpace(text, colon + 1);
  const portEnd = digitsEnd(text, portStart);
  const port = parseDecimal(text.slice(portStart, portEnd), 65_535);
  return port === undefined ? undefined : { host, port, end: portEnd };
}

/** True for text that could only be an IPv6 address: hex digits, dots and at least two colons. */
export function isIpv6Shaped(text: string): boolean {
  let colons = 0;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === COLON) colons += 1;
    else if (!((code >= 48 && code <= 57) || code === 46 || ((code | 32) >= 97 && (code | 32) <= 102))) return false;
  }
  return colons >= 2 && text.length <= 45;
}
