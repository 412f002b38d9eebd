import { ChannelError } from '../../errors.ts';
import { isUnspecified } from '../../holding.codec.ts';
import type { MediaDirection, MediaLine } from '../../media-description.ts';
import { receives, sends } from './direction.codec.ts';
import type { MediaPlan } from './plan.ts';

/** The direction that a line of the far end means, seen from there: who gives no address does not receive. */
export function remoteDirection(line: MediaLine): MediaDirection {
  if (receives(line.direction) && line.connection && isUnspecified(line.connection.address)) {
    return sends(line.direction) ? 'sendonly' : 'inactive';
  }
  return line.direction;
}

/** Where the far end wants its packets. */
export function remoteEndpoint(line: MediaLine, rtcpMux: boolean): MediaPlan['remote'] {
  if (!line.connection) {
    throw new ChannelError(
      'MALFORMED_SDP',
      'the audio line of the far end has no c= line, so there is no address to send to',
    );
  }
  const { family, address } = line.connection;
  return {
    address: isUnspecified(address) ? (family === 4 ? '0.0.0.0' : '::') : address,
    rtpPort: line.port,
    rtcpPort: rtcpMux ? line.port : (line.rtcpPort ?? Math.min(line.port + 1, 65_535)),
  };
}
