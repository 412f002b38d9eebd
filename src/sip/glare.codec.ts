import { digitsEnd, parseDecimal } from './message/token.codec.ts';

const STEP = 10;

/**
 * Milliseconds until an INVITE that was answered 491 is sent again: 2.1 to 4 s by the side that chose the Call-ID, up to 2 s by the other,
 * so that the two do not meet again (RFC 3261 §14.1).
 *
 * @param random - from 0 up to 1.
 */
export function glareDelay(ownsCallId: boolean, random: number): number {
  const [least, most] = ownsCallId ? [2100, 4000] : [0, 2000];
  return least + STEP * Math.floor(random * ((most - least) / STEP + 1));
}

/** Most seconds that a Retry-After asks for when two INVITEs overlap (RFC 3261 §14.2). */
const LONGEST_OVERLAP = 10;

/**
 * Seconds for the Retry-After of a 500 for an offer that comes while another is not answered (RFC 3261 §14.2, RFC 3311 §5.2).
 *
 * @param random - from 0 up to 1.
 */
export function overlapDelay(random: number): number {
  return Math.floor(random * (LONGEST_OVERLAP + 1));
}

/** Seconds of a Retry-After as an overlap has it; `undefined` for one that is longer, missing or malformed. */
export function overlapIn(retryAfter: string | undefined): number | undefined {
  return retryAfter === undefined
    ? undefined
    : parseDecimal(retryAfter.slice(0, digitsEnd(retryAfter, 0)), LONGEST_OVERLAP);
}
