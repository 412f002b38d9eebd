import type { SipUri } from '../message/message.ts';
import { formatUri, parseUri } from '../message/uri.codec.ts';

/** A URI out of a Refer-To or a Contact as a Request-URI has it: no header fields, no method (RFC 3261 §19.1.1). For sip and sips. */
export function asRequestUri({ scheme, user, password, host, port, params }: SipUri): SipUri | undefined {
  const kept = new Map(params);
  kept.delete('method');
  try {
    const text = formatUri({ scheme: scheme === 'sips' ? 'sips' : 'sip', user, password, host, port, params: kept });
    return parseUri(text);
  } catch {
    return undefined;
  }
}
