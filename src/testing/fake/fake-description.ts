import { ChannelError } from '../../errors.ts';
import { mirror } from '../../media/negotiation/direction.codec.ts';
import type { MediaDirection, PayloadFormat, SessionDescription } from '../../media-description.ts';

/** Payload types of RFC 3551, and the usual one for telephone-events. */
const PAYLOAD_TYPES: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, 'telephone-event': 101 };

/** Where audio is wanted. */
export interface FakePlace {
  readonly address: string;
  readonly port: number;
}

/** What two descriptions have in common, seen from this side. */
export interface FakeAgreement {
  readonly codec: string;
  readonly takesEvents: boolean;
  readonly direction: MediaDirection;
  /** Where the far end wants its audio. */
  readonly port: number;
}

/** Where everybody is who is on the network. */
export const ON_NETWORK: FakePlace = { address: '192.0.2.1', port: 40_000 };

/** A session description with one line of audio, as the fake ends exchange them. */
export function fakeDescription(
  encodings: readonly string[],
  direction: MediaDirection,
  version: number,
  { address, port }: FakePlace = ON_NETWORK,
): SessionDescription {
  const payloads: PayloadFormat[] = [...encodings, 'telephone-event'].map((encoding) => ({
    payloadType: PAYLOAD_TYPES[encoding] ?? 96,
    encoding,
    clockRate: 8000,
    channels: 1,
  }));
  return {
    origin: { username: '-', sessionId: '1', sessionVersion: String(version), family: 4, address },
    name: '-',
    attributes: [],
    media: [
      {
        kind: 'audio',
        port,
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
export function agreed(description: SessionDescription, codecs: readonly string[]): FakeAgreement {
  const line = description.media.find(({ kind, port }) => kind === 'audio' && port > 0);
  const common = line?.payloads.find(({ encoding }) => codecs.includes(encoding));
  if (!line || !common) throw new ChannelError('NO_COMMON_CODEC', 'the far end offers no codec that this end has');
  const takesEvents = line.payloads.some(({ encoding }) => encoding === 'telephone-event');
  return { codec: common.encoding, takesEvents, direction: mirror(line.direction), port: line.port };
}
