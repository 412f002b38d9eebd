import { ChannelError } from '../../errors.ts';
import { isUnspecified } from '../../holding.codec.ts';
import type { MediaLine, SessionDescription } from '../../media-description.ts';
import { findCodecs, isPlainAudio } from './audio-formats.codec.ts';
import type { CodecName } from './plan.ts';

/**
 * Offers the audio of somebody else in a call of ours (third-party call control, RFC 3725 §4.1): address, port, formats and packet time are
 * theirs, everything else is as in `ours`, our description in force. Its lines keep their places (RFC 3264 §8) and the audio line keeps its
 * protocol; what is no audio is refused. Both directions are offered, and RTCP at the port that belongs to theirs. Attributes beyond that,
 * such as keys and candidates, are between them and us, and stay here.
 *
 * @param codecs - ours: where they describe several audio lines, the one that has one of these was agreed with them.
 * @throws ChannelError `INVALID_STATE` when no audio of theirs can be offered.
 */
export function offerElsewhere(
  ours: SessionDescription,
  theirs: SessionDescription,
  codecs: readonly CodecName[],
): SessionDescription {
  const lines = theirs.media.filter(isPlainAudio);
  const line = lines.find((each) => findCodecs(each, codecs).length > 0) ?? lines[0];
  const place = ours.media.findIndex(isPlainAudio);
  const current = ours.media[place];
  if (!line?.connection || !current || isUnspecified(line.connection.address)) {
    throw new ChannelError('INVALID_STATE', 'one of the far ends has described no audio that the other could send to');
  }
  const { connection, payloads, port, ptime, maxptime, rtcpPort } = line;
  if (connection.family !== ours.origin.family) {
    throw new ChannelError('INVALID_STATE', 'one far end speaks IPv4 and the other IPv6: they cannot reach each other');
  }
  const audio: MediaLine = {
    kind: 'audio',
    port,
    protocol: current.protocol,
    formats: payloads.map(({ payloadType }) => String(payloadType)),
    payloads,
    direction: 'sendrecv',
    connection,
    ...(ptime !== undefined && { ptime }),
    ...(maxptime !== undefined && { maxptime }),
    ...(rtcpPort !== undefined && { rtcpPort }),
    rtcpMux: false,
    attributes: [],
  };
  const media = ours.media.map((each, index) => (index === place ? audio : { ...each, port: 0, connection }));
  return { ...ours, connection, media };
}
