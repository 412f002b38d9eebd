import type { HeaderField, Replaces } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import { parseUri } from '../message/uri.codec.ts';
import { fieldLines } from '../request-fields.ts';
import { formatReplaces } from './replaces.codec.ts';
import { formatUriHeader } from './uri-headers.codec.ts';

/** A call that is to be taken over: where its far end is reached, and the dialog as that one sees it. */
export interface FarEnd {
  readonly uri: string;
  readonly replaces: Replaces;
}

/** A REFER to be sent. */
export interface ReferParts {
  readonly to: string | FarEnd;
  readonly referredBy: string;
  readonly headers?: readonly HeaderField[] | undefined;
}

/** What a REFER has already, and what would mean something else in it than in an INVITE. */
const WRITTEN = ['Refer-To', 'Referred-By', 'Replaces', 'Event'];

/**
 * Header lines of a REFER (RFC 3515 §2.1, RFC 3892 §2.1).
 *
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function referLines({ to, referredBy, headers }: ReferParts): string[] {
  return [`Refer-To: <${referTo(to)}>`, referredByLine(referredBy), ...fieldLines(headers, WRITTEN)];
}

/**
 * Who asks for a call, as a header line.
 *
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function referredByLine(uri: string): string {
  if (parseUri(uri) === undefined)
    throw new ChannelError('INVALID_ARGUMENT', `${JSON.stringify(uri)} is not a URI; write it like sip:user@host`);
  return `Referred-By: <${uri}>`;
}

function referTo(to: string | FarEnd): string {
  if (typeof to !== 'string') return `${to.uri}?${formatUriHeader('Replaces', formatReplaces(to.replaces))}`;
  const uri = parseUri(to);
  if (uri?.scheme === 'sip' || uri?.scheme === 'sips') return to;
  throw new ChannelError('INVALID_ARGUMENT', `${JSON.stringify(to)} is not a sip: URI; write it like sip:user@host`);
}
