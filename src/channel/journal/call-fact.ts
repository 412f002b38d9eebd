import { isoTime } from '../../clock.ts';
import type { Leg } from '../signaling-port.ts';
import type { JournalFact } from './journal-entry.ts';

/** What a journal says at the beginning of a call. @param wall - time of day in milliseconds since 1970. */
export function callFact({ direction, invite }: Leg, wall: number): JournalFact {
  const { from, to, requestUri, callId } = invite;
  return { kind: 'call', direction, from, to, requestUri, callId, wall: isoTime(wall) };
}
