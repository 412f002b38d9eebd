import type { LegRequest } from '../signaling-port.ts';
import type { JournalFact } from './journal-entry.ts';

/** Longer bodies are cut: a far end that sends nothing else must not fill the memory. */
const LONGEST_BODY = 4096;

/** What a journal says of a request within a call. */
export function requestFact({ method, contentType, body }: LegRequest): JournalFact {
  const kept = body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}…` : body;
  return { kind: 'request', method, contentType, body: kept };
}
