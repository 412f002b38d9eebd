import type { MediaDirection } from '../../media-description.ts';
import type { CodecName } from './plan.ts';

/** What this side brings into a negotiation. */
export interface LocalMedia {
  /** Address to put into descriptions: where the far end reaches us. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  /** In order of preference, at least one. */
  readonly codecs: readonly CodecName[];
  /** Packet time that we want, in milliseconds. */
  readonly ptimeMs: number;
  /** Decimal digits, below 2^63 and unlike those of other sessions. */
  readonly sessionId: string;
  /** Decimal digits. {@link nextVersion} counts it on for a description that follows another. */
  readonly sessionVersion: string;
  /** How audio may flow as far as we are concerned, seen from us. Default `sendrecv`. */
  readonly direction?: MediaDirection | undefined;
  /** Payload type of telephone-events in our offers. Default 101. */
  readonly eventPayloadType?: number | undefined;
}
