import type { MediaLine, SessionDescription } from './media-description.ts';

/**
 * Whether a line's address says that its sender wants no packets: held the old way with `c=0.0.0.0` (RFC 3264 §8.4), or
 * the same for IPv6 with `::` or a name under `invalid` (RFC 6157 §4.2).
 */
export function isUnspecified(address: string): boolean {
  const isZeroIpv6 = address.includes(':') && /^[0:]+$/u.test(address);
  return address === '0.0.0.0' || isZeroIpv6 || /(?:^|\.)invalid\.?$/iu.test(address);
}

/** Whether who sends this description takes no audio: it holds the other side, or is held by it (RFC 3264 §8.4). */
export function takesNoAudio({ media }: SessionDescription): boolean {
  const line = media.find(({ kind, port }) => kind === 'audio' && port !== 0);
  return line !== undefined && !receives(line);
}

function receives({ direction, connection }: MediaLine): boolean {
  if (direction === 'sendonly' || direction === 'inactive') return false;
  return !(connection && isUnspecified(connection.address));
}
