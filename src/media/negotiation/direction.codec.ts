import type { MediaDirection } from '../../media-description.ts';

function direction(sends: boolean, receives: boolean): MediaDirection {
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

/** Whether who says `value` sends. */
export function sends(value: MediaDirection): boolean {
  return value === 'sendrecv' || value === 'sendonly';
}

/** Whether who says `value` receives. */
export function receives(value: MediaDirection): boolean {
  return value === 'sendrecv' || value === 'recvonly';
}

/** The same flow seen from the other end: their `sendonly` is our `recvonly` (RFC 3264 §6.1). */
export function mirror(value: MediaDirection): MediaDirection {
  return direction(receives(value), sends(value));
}

/** What both allow, both seen from the same end. */
export function intersect(one: MediaDirection, other: MediaDirection): MediaDirection {
  return direction(sends(one) && sends(other), receives(one) && receives(other));
}
