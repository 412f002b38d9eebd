import { ChannelError } from '../../errors.ts';
import type { MediaLine, SessionDescription } from '../../media-description.ts';
import { findCodecs, findEvents, isPlainAudio, nameFormats } from './audio-formats.codec.ts';
import { intersect, mirror } from './direction.codec.ts';
import type { LocalMedia } from './local-media.ts';
import { choosePacketTime } from './packet-time.codec.ts';
import type { MediaPlan } from './plan.ts';
import { remoteDirection, remoteEndpoint } from './remote-endpoint.codec.ts';

/**
 * What the far end's answer to our offer settles (RFC 3264 §7). An answer with fewer lines than the offer is taken as if the missing
 * ones were refused, as some devices leave out what they refuse.
 *
 * @throws ChannelError `NO_COMMON_CODEC` when it refuses our audio, or takes it with nothing that we offered.
 * @throws ChannelError `MALFORMED_SDP` when it cannot be an answer to that offer.
 */
export function acceptAnswer(local: LocalMedia, offer: SessionDescription, answer: SessionDescription): MediaPlan {
  if (answer.media.length > offer.media.length) {
    throw new ChannelError(
      'MALFORMED_SDP',
      `the answer has ${answer.media.length} media lines where ${offer.media.length} were offered (RFC 3264 section 6)`,
    );
  }
  const [offered, answered] = matchAudio(local, offer.media, answer.media);
  const common = findCodecs(
    answered,
    findCodecs(offered, local.codecs).map(({ codec }) => codec),
  );
  const [first] = common;
  if (!first) {
    throw new ChannelError(
      'NO_COMMON_CODEC',
      `the far end answered with ${nameFormats(answered)}, nothing of which can be used: offered were ${nameFormats(offered)}, and this side has ${local.codecs.join(', ')}`,
    );
  }
  const ourEvents = findEvents(offered);
  const rtcpMux = offered.rtcpMux && answered.rtcpMux;
  return {
    codec: first.codec,
    sendPayloadType: first.payloadType,
    receivePayloadTypes: receivable(local, offered, common),
    sendEventPayloadType: ourEvents === undefined ? undefined : findEvents(answered),
    receiveEventPayloadType: ourEvents,
    ptimeMs: choosePacketTime(answered.ptime ?? offered.ptime ?? local.ptimeMs, answered.maxptime),
    direction: intersect(offered.direction, mirror(remoteDirection(answered))),
    remote: remoteEndpoint(answered, rtcpMux),
    rtcpMux,
  };
}

/** The first audio line that we offered and the far end took, on both sides. */
function matchAudio(
  local: LocalMedia,
  offer: readonly MediaLine[],
  answer: readonly MediaLine[],
): [offered: MediaLine, answered: MediaLine] {
  for (const [index, offered] of offer.entries()) {
    const answered = answer[index];
    if (!isPlainAudio(offered) || findCodecs(offered, local.codecs).length === 0 || !answered) continue;
    if (answered.kind !== 'audio') {
      throw new ChannelError(
        'MALFORMED_SDP',
        `media line ${index + 1} of the answer is ${answered.kind} where audio was offered (RFC 3264 section 6)`,
      );
    }
    if (answered.port === 0) continue;
    if (!isPlainAudio(answered)) {
      throw new ChannelError(
        'MALFORMED_SDP',
        `media line ${index + 1} of the answer is ${answered.protocol} where ${offered.protocol} was offered (RFC 3264 section 6)`,
      );
    }
    return [offered, answered];
  }
  throw new ChannelError(
    'NO_COMMON_CODEC',
    `the far end refused the offered audio (${local.codecs.join(', ')}): its answer takes no line of it`,
  );
}

/**
 * What may arrive: every codec under the number that we gave it, also those that the answer leaves out, as packets sent before the
 * answer was made may still come. Some devices send with the number of their answer instead, so that is taken as well where
 * the offer has not used it for something else.
 */
function receivable(
  local: LocalMedia,
  offered: MediaLine,
  answered: MediaPlan['receivePayloadTypes'],
): MediaPlan['receivePayloadTypes'] {
  const ours = findCodecs(offered, local.codecs);
  return [
    ...ours,
    ...answered.filter(({ payloadType }) => !offered.payloads.some((format) => format.payloadType === payloadType)),
  ];
}
