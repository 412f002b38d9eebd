/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH_OFFSET = 2_208_988_800;

/** Whole seconds of an NTP timestamp, 32 bits unsigned. @param wallMs - milliseconds since 1970. */
export function ntpSeconds(wallMs: number): number {
  return (Math.floor(wallMs / 1000) + NTP_EPOCH_OFFSET) >>> 0;
}

/** Fraction of an NTP timestamp in units of 2^-32 seconds. @param wallMs - milliseconds since 1970. */
export function ntpFraction(wallMs: number): number {
  const ms = wallMs - Math.floor(wallMs / 1000) * 1000;
  return Math.floor((ms / 1000) * 0x1_0000_0000) >>> 0;
}

/** The middle 32 bits of an NTP timestamp: seconds in 16.16 fixed point, as in LSR (RFC 3550 §4). */
export function compactNtp(seconds: number, fraction: number): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/**
 * Round trip from a report block about us (RFC 3550 §6.4.1), in milliseconds.
 *
 * @param now - compact NTP time at which the block arrived.
 * @param lastSr - LSR of the block.
 * @param delaySinceLastSr - DLSR of the block, in 1/65536 seconds.
 * @returns undefined when the far end has not had a sender report of ours, or the values make no sense.
 */
export function roundTripMs(now: number, lastSr: number, delaySinceLastSr: number): number | undefined {
  if (lastSr === 0) return undefined;
  const ticks = (now - lastSr - delaySinceLastSr) | 0;
  // A far end that rounds its delay up can make a very short round trip come out a little negative.
  if (ticks < -655) return undefined;
  return (Math.max(0, ticks) * 1000) / 65536;
}
