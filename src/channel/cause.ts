/**
 * Why a call is over, and how that reads as a SIP status.
 *
 * RFC 3261 has no table of causes; this one follows the usual pairing of SIP statuses and Q.850 causes (RFC 3398 §7.2.4.1 and
 * §8.2.6.1), with the names of the cause put in between.
 */

/** Every cause that `channel.cause` can have. The values are their own names, so a literal works too. */
export const Cause = {
  /** A normal hang-up. Also the value as long as the call is not IDLE. */
  NORMAL: 'NORMAL',
  /** Nothing came in the time that was given for it. */
  TIMEOUT: 'TIMEOUT',
  /** The call was cleared by an error on this side. */
  ERROR: 'ERROR',
  /** The far end is in use. */
  BUSY: 'BUSY',
  /** The far end was reached, but nobody answered. */
  NOANSWER: 'NOANSWER',
  /** There is no way to that address, or the address is not complete. */
  UNOBTAINABLE: 'UNOBTAINABLE',
  /** The address is not assigned any more. */
  CHANGED: 'CHANGED',
  /** The interface to the far end does not work, or the equipment is switched off. */
  OUTOFORDER: 'OUTOFORDER',
  /** The far end takes no calls from here. */
  BARRED: 'BARRED',
  /** The far end could have taken the call and did not, for no known reason. */
  REJECTED: 'REJECTED',
  /** No circuit or channel was free. */
  NOCHANNELS: 'NOCHANNELS',
  /** The network has too much to do. */
  CONGESTION: 'CONGESTION',
  /** The call failed; the SIP status in `channel.info` says more. */
  FAILED: 'FAILED',
  /** None of the others. */
  OTHER: 'OTHER',
} as const;

export type Cause = (typeof Cause)[keyof typeof Cause];

const STATUS_OF_CAUSE: ReadonlyMap<string, number> = new Map<Cause, number>([
  [Cause.BUSY, 486],
  [Cause.NOANSWER, 480],
  [Cause.UNOBTAINABLE, 404],
  [Cause.CHANGED, 410],
  [Cause.OUTOFORDER, 502],
  [Cause.BARRED, 403],
  [Cause.REJECTED, 603],
  [Cause.NOCHANNELS, 503],
  [Cause.CONGESTION, 503],
]);

const CAUSE_OF_STATUS: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  [301, Cause.CHANGED],
  [403, Cause.BARRED],
  [404, Cause.UNOBTAINABLE],
  [408, Cause.NOANSWER],
  [410, Cause.CHANGED],
  [416, Cause.UNOBTAINABLE],
  [433, Cause.BARRED],
  [480, Cause.NOANSWER],
  [484, Cause.UNOBTAINABLE],
  [485, Cause.UNOBTAINABLE],
  [486, Cause.BUSY],
  [487, Cause.NORMAL],
  [502, Cause.OUTOFORDER],
  [503, Cause.CONGESTION],
  [600, Cause.BUSY],
  [603, Cause.REJECTED],
  [604, Cause.UNOBTAINABLE],
  [607, Cause.REJECTED],
  [608, Cause.REJECTED],
]);

/**
 * The SIP status to refuse a call with, or `undefined` for a cause that a program cannot refuse with (NORMAL, TIMEOUT,
 * ERROR, FAILED, OTHER) and for a name that is no cause. NOCHANNELS and CONGESTION are both 503: SIP has one status for them.
 */
export function statusForCause(cause: string): number | undefined {
  return STATUS_OF_CAUSE.get(cause);
}

/**
 * What a final SIP status says about the call. 503 reads as CONGESTION, 487 as NORMAL (the call was cancelled), any 2xx as
 * NORMAL, every other failure as FAILED; what is no final status is OTHER.
 */
export function causeForStatus(status: number): Cause {
  if (!Number.isInteger(status) || status < 200 || status > 699) return Cause.OTHER;
  if (status < 300) return Cause.NORMAL;
  return CAUSE_OF_STATUS.get(status) ?? Cause.FAILED;
}
