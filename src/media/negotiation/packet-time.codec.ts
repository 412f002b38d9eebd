/** Packet times that the media side sends with, in milliseconds. */
const PACKET_TIMES = [10, 20, 40, 60] as const;

/**
 * The packet time to send with when the far end asks for `wanted`: the nearest that we have, the shorter of two equally near
 * (30 is 20), not longer than `maximum` unless that is below our shortest. Shorter packets than asked for are always understood, longer ones may not fit.
 */
export function choosePacketTime(wanted: number, maximum = Number.POSITIVE_INFINITY): number {
  let best: number = PACKET_TIMES[0];
  for (const time of PACKET_TIMES) {
    if (time <= maximum && Math.abs(time - wanted) < Math.abs(best - wanted)) best = time;
  }
  return best;
}
