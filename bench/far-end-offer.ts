import { createOffer } from '../src/media/negotiation/create-offer.codec.ts';
import type { SessionDescription } from '../src/media-description.ts';

/** What a far end that speaks PCMU at this port of the machine would offer. */
export function farEndOffer(address: string, port: number): SessionDescription {
  return createOffer({
    address,
    family: 4,
    rtpPort: port,
    rtcpPort: port,
    codecs: ['PCMU'],
    ptimeMs: 20,
    sessionId: '1',
    sessionVersion: '1',
  });
}
