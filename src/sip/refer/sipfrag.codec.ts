import { refuseLineBreaks } from '../message/quoted-string.codec.ts';
import { reasonPhrase } from '../message/status.codec.ts';

/** Body of a NOTIFY about a REFER (RFC 3515 §2.4.5). */
export const SIPFRAG = 'message/sipfrag';

const STATUS_LINE = /^\s*SIP\/2\.0[ \t]+([1-6]\d\d)(?!\d)/iu;

/** The status in a fragment of a response (RFC 3420), of which the status line is all that must be there; `undefined` without one. */
export function statusIn(fragment: string): number | undefined {
  const status = STATUS_LINE.exec(fragment)?.[1];
  return status === undefined ? undefined : Number(status);
}

/**
 * A status line as a fragment.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a reason with a line break.
 */
export function formatSipfrag(status: number, reason = reasonPhrase(status)): string {
  refuseLineBreaks(reason, 'a reason phrase');
  return `SIP/2.0 ${status} ${reason}\r\n`;
}
