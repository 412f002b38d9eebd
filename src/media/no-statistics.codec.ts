import type { MediaStatistics } from '../channel/media-port.ts';
import type { MediaDirection } from '../media-description.ts';

/** The counters of a call whose media has counted nothing. */
export function noStatistics(codec: string | undefined, direction: MediaDirection = 'inactive'): MediaStatistics {
  return {
    packetsSent: 0,
    packetsReceived: 0,
    packetsLost: 0,
    packetsDiscarded: 0,
    framesConcealed: 0,
    framesDropped: 0,
    jitterMs: 0,
    bufferMs: 0,
    levelReceived: -127,
    levelSent: -127,
    codec,
    direction,
  };
}
