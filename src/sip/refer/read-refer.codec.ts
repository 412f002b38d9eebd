import type { ReferredTo, Replaces } from '../../channel/signaling-port.ts';
import { canonicalName } from '../message/header-names.codec.ts';
import type { SipRequest } from '../message/message.ts';
import { parseNameAddr } from '../message/name-addr.codec.ts';
import { parseReplaces } from './replaces.codec.ts';
import { asRequestUri } from './request-uri.codec.ts';
import { isHarmless, parseUriHeaders } from './uri-headers.codec.ts';

/** Longest Refer-To that is read, as a Request-URI. */
const MOST_CHARACTERS = 4096;

/** What a REFER asks for, or how it is refused. */
export type ReadRefer =
  | { readonly type: 'asks'; readonly request: ReferredTo }
  | { readonly type: 'refuse'; readonly status: number; readonly reason?: string };

/** Reads what a REFER asks for (RFC 3515 §2.4.2). */
export function readRefer(request: SipRequest): ReadRefer {
  const values = request.list('Refer-To');
  const [value = ''] = values;
  if (values.length !== 1 || value.length > MOST_CHARACTERS) return malformed('one Refer-To');
  const uri = parseNameAddr(value)?.uri;
  if (uri === undefined) return malformed('Refer-To');
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return { type: 'refuse', status: 416 };
  const method = uri.params.get('method');
  if (method !== undefined && method.toUpperCase() !== 'INVITE') return { type: 'refuse', status: 501 };
  const to = asRequestUri(uri)?.raw;
  const all = uri.headers === undefined ? [] : parseUriHeaders(uri.headers);
  if (to === undefined || all === undefined) return malformed('Refer-To');
  const named = all.filter(({ name }) => canonicalName(name) === 'Replaces');
  const replaces: (Replaces | undefined)[] = named.map(({ value: dialog }) => parseReplaces(dialog));
  if (replaces.length > 1 || replaces.includes(undefined)) return malformed('Replaces');
  return {
    type: 'asks',
    request: {
      to,
      replaces: replaces[0],
      referredBy: parseNameAddr(request.first('Referred-By') ?? '')?.uri.raw,
      headers: all.filter(isHarmless),
    },
  };
}

function malformed(what: string): ReadRefer {
  return { type: 'refuse', status: 400, reason: `Bad Request (${what})` };
}
