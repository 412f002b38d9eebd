import type { HeaderField, Release } from '../channel/signaling-port.ts';
import { ChannelError } from '../errors.ts';
import { reasonOf } from './hangup-info.ts';
import { canonicalName } from './message/header-names.codec.ts';
import { refuseLineBreaks } from './message/quoted-string.codec.ts';
import { isToken } from './message/token.codec.ts';
import { parseUri } from './message/uri.codec.ts';

/** What the user agent writes itself; a second one from the program would contradict it. */
const OURS = new Set([
  'Via',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Contact',
  'Content-Length',
  'Content-Type',
  'Content-Disposition',
  'Content-Encoding',
  'Route',
  'Record-Route',
  'Allow',
  'Supported',
  'User-Agent',
  'Authorization',
  'Proxy-Authorization',
]);

/**
 * Header fields of the program as lines for sip.js, which writes them as they are.
 *
 * @param written - names of those that this request has already.
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function fieldLines(fields: readonly HeaderField[] = [], written: readonly string[] = []): string[] {
  return fields.map(({ name, value }) => {
    if (!isToken(name))
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `${JSON.stringify(name)} is not a header field name; a name is one token`,
      );
    if (OURS.has(canonicalName(name)) || written.includes(canonicalName(name)))
      throw new ChannelError('INVALID_ARGUMENT', `the header field ${name} is written by the user agent; leave it out`);
    refuseLineBreaks(value, `header field ${name}`);
    return `${name}: ${value}`;
  });
}

/**
 * The header fields that a release asks for.
 *
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function releaseLines(release: Release): string[] {
  const reason = reasonOf(release);
  if (release.reason !== undefined) refuseLineBreaks(release.reason, 'a reason phrase');
  const lines = reason === undefined ? [] : [`Reason: ${reason}`];
  if (release.retryAfter !== undefined) lines.push(`Retry-After: ${Math.max(0, Math.ceil(release.retryAfter))}`);
  lines.push(...fieldLines(release.headers));
  return lines;
}

/** Statuses that say where else to try. */
const REDIRECTIONS = [300, 301, 302, 305, 380];

/**
 * Where a refused call is sent, the most wanted first (RFC 3261 §8.3).
 *
 * @throws ChannelError `INVALID_ARGUMENT` for what is no URI, and for a status that sends nobody anywhere.
 */
export function contactLines({ status, contacts = [] }: Release): string[] {
  if (contacts.length === 0) return [];
  if (status === undefined || !REDIRECTIONS.includes(status))
    throw new ChannelError('INVALID_ARGUMENT', `contacts need one of the statuses ${REDIRECTIONS.join(', ')}`);
  return contacts.map((contact, index) => {
    if (parseUri(contact) === undefined)
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `${JSON.stringify(contact)} is not a URI to send a call to; write it like sip:user@host`,
      );
    const q = contacts.length === 1 ? '' : `;q=${(1 - index / contacts.length).toFixed(3)}`;
    return `Contact: <${contact}>${q}`;
  });
}
