/**
 * Session descriptions as values: what signalling carries and media understands (RFC 4566, RFC 3264).
 * Signalling turns them into text and back; media makes offers and answers out of them.
 */

export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface ConnectionAddress {
  readonly family: 4 | 6;
  /** Numeric address or host name. */
  readonly address: string;
}

/** One payload format of an RTP media line. */
export interface PayloadFormat {
  /** RTP payload type, 0 to 127. */
  readonly payloadType: number;
  /** Encoding name as written, for example `PCMU` or `telephone-event`. Compare without regard to case. */
  readonly encoding: string;
  /** RTP clock rate in hertz. */
  readonly clockRate: number;
  readonly channels: number;
  /** The `a=fmtp` parameters, as written. */
  readonly parameters?: string | undefined;
}

export interface Attribute {
  readonly name: string;
  readonly value?: string | undefined;
}

/** One `m=` line with all that belongs to it. */
export interface MediaLine {
  /** `audio`, `video`, `image` and so on. */
  readonly kind: string;
  /** RTP port; 0 refuses the line. */
  readonly port: number;
  /** `RTP/AVP`, `RTP/SAVP`, `udptl` and so on. */
  readonly protocol: string;
  /** The format list as written, in order of preference. */
  readonly formats: readonly string[];
  /** The RTP formats among them, in the same order, static ones (RFC 3551) filled in. */
  readonly payloads: readonly PayloadFormat[];
  /** The line's own direction, or the session's, or `sendrecv`. */
  readonly direction: MediaDirection;
  /** The line's own `c=`, or the session's. */
  readonly connection?: ConnectionAddress | undefined;
  /** Packet time in milliseconds that the sender of this description wants to receive. */
  readonly ptime?: number | undefined;
  readonly maxptime?: number | undefined;
  /** From `a=rtcp` (RFC 3605). */
  readonly rtcpPort?: number | undefined;
  /** `a=rtcp-mux` was there (RFC 5761). */
  readonly rtcpMux: boolean;
  /** Every other attribute of the line, in order. */
  readonly attributes: readonly Attribute[];
}

export interface SessionDescription {
  readonly origin: {
    readonly username: string;
    /** Decimal digits: may be larger than a number can hold. */
    readonly sessionId: string;
    /** Decimal digits. Grows by one whenever the description changes (RFC 3264 §8). */
    readonly sessionVersion: string;
    readonly family: 4 | 6;
    readonly address: string;
  };
  readonly name: string;
  readonly connection?: ConnectionAddress | undefined;
  /** Attributes of the session that no field above holds, in order. */
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaLine[];
}
