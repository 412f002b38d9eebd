import { ChannelError } from '../../errors.ts';
import { isIpv6Shaped, readHostPort } from './host-port.codec.ts';
import type { Params, SipUri } from './message.ts';
import { addParam, NO_PARAMS } from './params.codec.ts';
import { AT_SIGN, COLON, DOUBLE_QUOTE, GREATER_THAN, LESS_THAN, SEMICOLON, SPACE, tokenEnd } from './token.codec.ts';

/** What {@link formatUri} needs. A `SipUri` of scheme sip or sips is one. */
export interface UriParts {
  /** `sip` when not given. */
  readonly scheme?: 'sip' | 'sips' | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly host: string;
  readonly port?: number | undefined;
  readonly params?: Params | undefined;
  readonly headers?: string | undefined;
}

const NO_USER = -1;
const MALFORMED = -2;
const SEVERAL = -3;

/**
 * A URI (RFC 3261 §19.1.1). User parts may hold any character that cannot end the URI, and are kept as written: decoding
 * and printing again would change number-portability parameters. Of other schemes than sip and sips only the scheme is read.
 */
export function parseUri(text: string): SipUri | undefined {
  const schemeEnd = schemeLength(text);
  if (schemeEnd <= 0) return undefined;
  const at = findUserEnd(text, schemeEnd + 1);
  if (at === MALFORMED) return undefined;
  const scheme = text.slice(0, schemeEnd).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips') {
    return schemeEnd + 1 < text.length ? { scheme, host: '', params: NO_PARAMS, raw: text } : undefined;
  }
  if (at === SEVERAL || at === schemeEnd + 1) return undefined;
  const sentTo = readHostPort(text, at === NO_USER ? schemeEnd + 1 : at + 1);
  if (sentTo === undefined) return undefined;
  const question = text.indexOf('?', sentTo.end);
  const paramsEnd = question < 0 ? text.length : question;
  const params = readUriParams(text, sentTo.end, paramsEnd);
  if (params === undefined) return undefined;
  const userinfo = at === NO_USER ? undefined : text.slice(schemeEnd + 1, at);
  const colon = userinfo === undefined ? -1 : userinfo.indexOf(':');
  if (colon === 0) return undefined;
  return {
    scheme,
    user: colon < 0 ? userinfo : userinfo?.slice(0, colon),
    password: colon < 0 ? undefined : userinfo?.slice(colon + 1),
    host: sentTo.host,
    port: sentTo.port,
    params,
    headers: question < 0 ? undefined : text.slice(question + 1),
    raw: text,
  };
}

/** Length of the scheme before its colon, 0 when there is none. */
function schemeLength(text: string): number {
  if (text.startsWith('sip:')) return 3;
  const letter = text.charCodeAt(0) | 32;
  if (letter < 97 || letter > 122) return 0;
  const end = tokenEnd(text, 0);
  return text.charCodeAt(end) === COLON ? end : 0;
}

/** Position of the only `@`. The same pass looks for characters that no URI contains. */
function findUserEnd(text: string, from: number): number {
  let at = NO_USER;
  for (let position = from; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === AT_SIGN) at = at === NO_USER ? position : SEVERAL;
    else if (code <= SPACE || code === LESS_THAN || code === GREATER_THAN || code === DOUBLE_QUOTE || code === 127)
      return MALFORMED;
  }
  return at;
}

/** Empty parameters (`;;`, a last `;`) are left out: they occur and mean nothing. */
function readUriParams(text: string, from: number, end: number): Params | undefined {
  if (from === end) return NO_PARAMS;
  if (text.charCodeAt(from) !== SEMICOLON) return undefined;
  const params = new Map<string, string | undefined>();
  for (let start = from + 1; start <= end; ) {
    const semicolon = text.indexOf(';', start);
    const next = semicolon < 0 || semicolon > end ? end : semicolon;
    const param = text.slice(start, next);
    const equals = param.indexOf('=');
    if (equals === 0) return undefined;
    const name = (equals < 0 ? param : param.slice(0, equals)).toLowerCase();
    if (name !== '' && !addParam(params, name, equals < 0 ? undefined : param.slice(equals + 1))) return undefined;
    start = next + 1;
  }
  return params;
}

/**
 * A sip or sips URI as text. Parts go out as they are; escape what needs it before.
 *
 * @throws ChannelError `INVALID_ARGUMENT` when the parts do not make a URI.
 */
export function formatUri(parts: UriParts): string {
  const host = isIpv6Shaped(parts.host) ? `[${parts.host}]` : parts.host;
  let text = `${parts.scheme ?? 'sip'}:`;
  if (parts.user !== undefined) text += `${parts.user}${parts.password === undefined ? '' : `:${parts.password}`}@`;
  text += host;
  if (parts.port !== undefined) text += `:${parts.port}`;
  for (const [name, value] of parts.params ?? NO_PARAMS) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  if (parts.headers !== undefined) text += `?${parts.headers}`;
  const parsed = parseUri(text);
  if (
    parsed === undefined ||
    parsed.host !== parts.host ||
    parsed.user !== parts.user ||
    parsed.params.size !== (parts.params?.size ?? 0)
  ) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `these parts make no SIP URI: ${JSON.stringify(text)}; escape reserved characters with escapeUser`,
    );
  }
  return text;
}

const USER_CHARACTERS = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu;

/** Text as the user part of a URI: what RFC 3261 §25.1 does not allow there is percent-escaped as UTF-8. */
export function escapeUser(user: string): string {
  return user.toWellFormed().replace(USER_CHARACTERS, encodeURIComponent);
}
