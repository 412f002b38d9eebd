import { ChannelError } from '../../errors.ts';
import type { MediaDirection, PayloadFormat, SessionDescription } from '../../media-description.ts';

/** Payload types of RFC 3551, and the usual one for telephone-events. */
const PAYLOAD_TYPES: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, 'telephone-event': 101 };

/** A session description with one line of audio, as the fake ends exchange them. */
export function fakeDescription(
  encodings: readonly string[],
  direction: MediaDirection,
  version: number,
): SessionDescription {
  const payloads: PayloadFormat[] = [...encodings, 'telephone-event'].map((encoding) => ({
    payloadType: PAYLOAD_TYPES[encoding] ?? 96,
    encoding,
    clockRate: 8000,
    channels: 1,
  }));
  return {
    origin: { username: '-', sessionId: '1', sessionVersion: String(version), family: 4, address: '192.0.2.1' },
    name: '-',
    attributes: [],
    media: [
      {
        kind: 'audio',
        port: 40_000,
        protocol: 'RTP/AVP',
        formats: payloads.map((payload) => String(payload.payloadType)),
        payloads,
        direction,
        rtcpMux: false,
        attributes: [],
      },
    ],
  };
}

/** What a description leaves us of these codecs. Throws `ChannelError` `NO_COMMON_CODEC`. */
export function agreed(
  description: SessionDescription,
  codecs: readonly string[],
): { readonly codec: string; readonly takesEvents: boolean; readonly direction: MediaDirection } {
  const line = description.media.find(({ kind, port }) => kind === 'audio' && port > 0);
  const common = line?.payloads.find(({ encoding }) => codecs.includes(encoding));
  if (!line || !common) throw new ChannelError('NO_COMMON_CODEC', 'the far end offers no codec that this end has');
  const takesEvents = line.payloads.some(({ encoding }) => encoding === 'telephone-event');
  return { codec: common.encoding, takesEvents, direction: mirrored(line.direction) };
}

/** The direction that a description leaves us, seen from our side (RFC 3264 §6.1). */
function mirrored(direction: MediaDirection): MediaDirection {
  if (direction === 'sendonly') return 'recvonly';
  return direction === 'recvonly' ? 'sendonly' : direction;
}
