import type { MediaDirection } from '../../media-description.ts';

export type CodecName = 'PCMU' | 'PCMA';

/** What an offer and its answer settled for one call's audio (RFC 3264), as plain data that can cross to the worker. */
export interface MediaPlan {
  readonly codec: CodecName;
  /** Payload type to send the codec with: the far end's number for it. */
  readonly sendPayloadType: number;
  /** Payload types that may arrive, and what they are. The law may change from packet to packet (RFC 3264 §5.1). */
  readonly receivePayloadTypes: readonly { readonly payloadType: number; readonly codec: CodecName }[];
  /** Payload type to send telephone-events with; undefined when the far end takes none. */
  readonly sendEventPayloadType?: number | undefined;
  /** Payload type that telephone-events arrive with. */
  readonly receiveEventPayloadType?: number | undefined;
  /** Packet time to send with, in milliseconds: 10, 20, 40 or 60. */
  readonly ptimeMs: number;
  /** Seen from us. */
  readonly direction: MediaDirection;
  /** Where the far end said it wants its packets. Port 0 or an unspecified address: nowhere (held, old style). */
  readonly remote: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number };
  readonly rtcpMux: boolean;
  /** The far end sends its audio to somebody else and hears them: nothing goes either way here, and what is played stands still. */
  readonly isReleased?: boolean | undefined;
}
