import type { OutgoingRequestMessage } from 'sip.js/lib/core/index.js';

/** Credentials of a request, which the ACK of its 2xx has to repeat (RFC 3261 §13.2.2.4). */
export function credentialLines(request: OutgoingRequestMessage): string[] {
  return ['Authorization', 'Proxy-Authorization'].flatMap((name) =>
    request.getHeaders(name).map((value) => `${name}: ${value}`),
  );
}
