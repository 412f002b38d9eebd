import type { MediaDirection, MediaLine, PayloadFormat, SessionDescription } from '../../media-description.ts';
import type { NumberedCodec } from './audio-formats.codec.ts';
import type { LocalMedia } from './local-media.ts';

/** What our audio line says beyond the ports. */
export interface AudioTerms {
  readonly protocol: string;
  readonly codecs: readonly NumberedCodec[];
  readonly eventPayloadType: number | undefined;
  readonly ptimeMs: number;
  readonly direction: MediaDirection;
  readonly rtcpMux: boolean;
}

/** Digits, `*`, `#` and A to D (RFC 4733 §3.2): what the media side hears. */
const EVENTS = '0-15';

/** A description of ours around its media lines. */
export function describeSession(local: LocalMedia, media: readonly MediaLine[]): SessionDescription {
  const { address, family, sessionId, sessionVersion } = local;
  return {
    // Letters and not the usual hyphen, since SIPp's own scenario "regexp" looks for them here.
    origin: { username: 'offhook', sessionId, sessionVersion, family, address },
    name: '-',
    connection: { family, address },
    attributes: [],
    media,
  };
}

/** Our one audio line. RTCP on another port than RTP + 1 has to be said (RFC 3605), save when both share one (RFC 5761). */
export function describeAudio(local: LocalMedia, terms: AudioTerms): MediaLine {
  const payloads: PayloadFormat[] = terms.codecs.map(({ payloadType, codec }) => ({
    payloadType,
    encoding: codec,
    clockRate: 8000,
    channels: 1,
  }));
  if (terms.eventPayloadType !== undefined) {
    payloads.push({
      payloadType: terms.eventPayloadType,
      encoding: 'telephone-event',
      clockRate: 8000,
      channels: 1,
      parameters: EVENTS,
    });
  }
  return {
    kind: 'audio',
    port: local.rtpPort,
    protocol: terms.protocol,
    formats: payloads.map(({ payloadType }) => String(payloadType)),
    payloads,
    direction: terms.direction,
    connection: { family: local.family, address: local.address },
    ptime: terms.ptimeMs,
    ...(!terms.rtcpMux && local.rtcpPort !== local.rtpPort + 1 && { rtcpPort: local.rtcpPort }),
    rtcpMux: terms.rtcpMux,
    attributes: [],
  };
}

/** A line that takes the place of another and refuses it with port 0 (RFC 3264 §6). Its formats mean nothing, but there must be one. */
export function refuseLine(local: LocalMedia, { kind, protocol, formats }: MediaLine): MediaLine {
  return {
    kind,
    port: 0,
    protocol,
    formats: formats.length > 0 ? formats : ['0'],
    payloads: [],
    direction: 'inactive',
    connection: { family: local.family, address: local.address },
    rtcpMux: false,
    attributes: [],
  };
}
