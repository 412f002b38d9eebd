/** The three values from which all timers of RFC 3261 §17 follow (its table 4), in milliseconds. */
export interface Timings {
  /** Estimate of the round trip. */
  readonly t1: number;
  /** Longest interval between two copies of a non-INVITE request or of an INVITE's final response. */
  readonly t2: number;
  /** How long a message may stay in the network. */
  readonly t4: number;
}

/** As RFC 3261 recommends. */
export const DEFAULT_TIMINGS: Timings = { t1: 500, t2: 4000, t4: 5000 };

/** Timers B, D, F, H, J, L and M: how long a transaction may wait or linger. RFC 3261 gives D as at least 32 s, which this is. */
export function longest(timings: Timings): number {
  return 64 * timings.t1;
}
