import type { HeaderField, Release } from '../channel/signaling-port.ts';
import { ChannelError } from '../errors.ts';
import { reasonOf } from './hangup-info.ts';
import { canonicalName } from './message/header-names.codec.ts';
import { refuseLineBreaks } from './message/quoted-string.codec.ts';
import { isToken } from './message/token.codec.ts';

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
 * @throws ChannelError `INVALID_ARGUMENT`
 */
export function fieldLines(fields: readonly HeaderField[] = []): string[] {
  return fields.map(({ name, value }) => {
    if (!isToken(name))
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `${JSON.stringify(name)} is not a header field name; a name is one token`,
      );
    if (OURS.has(canonicalName(name)))
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
