import { ChannelError } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { findCodecs, findEvents, isPlainAudio, type NumberedCodec } from './audio-formats.codec.ts';
import { describeAudio, describeSession, refuseLine } from './local-description.codec.ts';
import type { LocalMedia } from './local-media.ts';
import type { CodecName } from './plan.ts';

const STATIC_PAYLOAD_TYPE: Readonly<Record<CodecName, number>> = { PCMU: 0, PCMA: 8 };
const DEFAULT_EVENT_PAYLOAD_TYPE = 101;

/**
 * Offers all that we can do on one audio line.
 *
 * In the middle of a call give `previous`, our last description in force: its lines keep their places, since a line can be
 * refused but never removed (RFC 3264 §8), and its payload types keep their meanings (§8.3.2).
 */
export function createOffer(local: LocalMedia, previous?: SessionDescription): SessionDescription {
  if (local.codecs.length === 0)
    throw new ChannelError('INVALID_ARGUMENT', 'no codec to offer: name PCMU, PCMA or both');
  const lines = previous?.media ?? [];
  const current = lines.find(isPlainAudio);
  const known = current ? findCodecs(current, local.codecs) : [];
  const codecs = local.codecs.map(
    (codec): NumberedCodec =>
      known.find((other) => other.codec === codec) ?? { payloadType: STATIC_PAYLOAD_TYPE[codec], codec },
  );
  const audio = describeAudio(local, {
    protocol: current?.protocol ?? 'RTP/AVP',
    codecs,
    eventPayloadType: freeEventPayloadType((current && findEvents(current)) ?? local.eventPayloadType, codecs),
    ptimeMs: local.ptimeMs,
    direction: local.direction ?? 'sendrecv',
    rtcpMux: false,
  });
  const media = lines.map((line) => (line === current ? audio : refuseLine(local, line)));
  if (!current) media.push(audio);
  return describeSession(local, media);
}

/** A number for telephone-events that no codec has: a far end may have given the usual one to a codec. */
function freeEventPayloadType(wanted = DEFAULT_EVENT_PAYLOAD_TYPE, codecs: readonly NumberedCodec[]): number {
  const taken = (payloadType: number) => codecs.some((codec) => codec.payloadType === payloadType);
  let free = wanted;
  while (taken(free)) free = free === 127 ? 96 : free + 1;
  return free;
}
