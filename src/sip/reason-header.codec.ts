import { ChannelError } from '../errors.ts';
import { splitList } from './message/list.codec.ts';
import { parseParams } from './message/params.codec.ts';
import { quote } from './message/quoted-string.codec.ts';
import { isToken, parseDecimal, tokenEnd } from './message/token.codec.ts';

/** One value of a Reason header field (RFC 3326): why a request was sent. */
export interface Reason {
  /** `SIP`, `Q.850` or another registered name, as written. */
  readonly protocol: string;
  /** SIP status or Q.850 cause, as the protocol says. */
  readonly cause?: number | undefined;
  readonly text?: string | undefined;
}

const LARGEST_CAUSE = 9999;

/**
 * Reads the value of a Reason header field, with any number of reasons. What makes no sense is left out and never an error:
 * a reason is a courtesy, and no call depends on it.
 */
export function parseReasons(value: string): Reason[] {
  return splitList(value).flatMap((element) => {
    const end = tokenEnd(element, 0);
    const params = parseParams(element, end);
    if (end === 0 || !params) return [];
    const cause = parseDecimal(params.get('cause') ?? '', LARGEST_CAUSE);
    const text = params.get('text');
    return [
      { protocol: element.slice(0, end), ...(cause !== undefined && { cause }), ...(text !== undefined && { text }) },
    ];
  });
}

/**
 * Writes the value of a Reason header field.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for a protocol that is no token, a cause that is no whole number from 0 to 9999, or a text
 * with a line break.
 */
export function formatReasons(reasons: readonly Reason[]): string {
  return reasons.map(formatReason).join(', ');
}

function formatReason({ protocol, cause, text }: Reason): string {
  if (!isToken(protocol)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the protocol of a Reason must be a word such as SIP or Q.850, not ${JSON.stringify(protocol)}`,
    );
  }
  if (cause !== undefined && (!Number.isInteger(cause) || cause < 0 || cause > LARGEST_CAUSE)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `the cause of a Reason must be a whole number from 0 to ${LARGEST_CAUSE}, not ${cause}`,
    );
  }
  return `${protocol}${cause === undefined ? '' : `;cause=${cause}`}${text === undefined ? '' : `;text=${quote(text)}`}`;
}
