import { ChannelError } from '../../errors.ts';
import type { MediaLine, SessionDescription } from '../../media-description.ts';
import { findCodecs, findEvents, isPlainAudio, nameFormats } from './audio-formats.codec.ts';
import { intersect, mirror } from './direction.codec.ts';
import { describeAudio, describeSession, refuseLine } from './local-description.codec.ts';
import type { LocalMedia } from './local-media.ts';
import { choosePacketTime } from './packet-time.codec.ts';
import type { MediaPlan } from './plan.ts';
import { remoteDirection, remoteEndpoint } from './remote-endpoint.codec.ts';

/**
 * Answers an offer (RFC 3264 §6): as many lines as offered, in the same order; the first that holds plain RTP audio in one of our
 * codecs is taken, every other one refused. The offerer's order of codecs, payload types and packet time are
 * followed; the direction is what both sides allow.
 *
 * @throws ChannelError `NO_COMMON_CODEC` when no line can be taken, naming what both sides have.
 */
export function createAnswer(
  local: LocalMedia,
  offer: SessionDescription,
): { readonly description: SessionDescription; readonly plan: MediaPlan } {
  const line = offer.media.find(
    (candidate) => isPlainAudio(candidate) && findCodecs(candidate, local.codecs).length > 0,
  );
  const codecs = line ? findCodecs(line, local.codecs) : [];
  const [first] = codecs;
  if (!line || !first) throw new ChannelError('NO_COMMON_CODEC', explainRefusal(local, offer.media));

  const eventPayloadType = findEvents(line);
  const ptimeMs = choosePacketTime(line.ptime ?? local.ptimeMs, line.maxptime);
  const direction = intersect(mirror(remoteDirection(line)), local.direction ?? 'sendrecv');
  const { protocol, rtcpMux } = line;
  const audio = describeAudio(local, { protocol, codecs, eventPayloadType, ptimeMs, direction, rtcpMux });
  return {
    description: describeSession(
      local,
      offer.media.map((other) => (other === line ? audio : refuseLine(local, other))),
    ),
    plan: {
      codec: first.codec,
      sendPayloadType: first.payloadType,
      receivePayloadTypes: codecs,
      sendEventPayloadType: eventPayloadType,
      receiveEventPayloadType: eventPayloadType,
      ptimeMs,
      direction,
      remote: remoteEndpoint(line, rtcpMux),
      rtcpMux,
    },
  };
}

function explainRefusal(local: LocalMedia, media: readonly MediaLine[]): string {
  const offered = media.map(
    (line) => `${line.kind}${line.port === 0 ? ' (port 0)' : ''} over ${line.protocol} with ${nameFormats(line)}`,
  );
  return `no offered media line can be used: the far end offers ${offered.join('; ') || 'no line at all'}; this side takes audio over RTP/AVP with ${local.codecs.join(', ')}`;
}
