/** Bytes of the fixed part of an RTP header (RFC 3550 §5.1). */
export const RTP_HEADER_SIZE = 12;

/** What a received RTP packet says. One object is made once and filled again for each packet. */
export interface RtpHeader {
  marker: boolean;
  payloadType: number;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, unsigned. */
  timestamp: number;
  /** 32 bits, unsigned. */
  ssrc: number;
  /** Where the payload begins in the packet. */
  payloadOffset: number;
  /** Bytes of payload, without padding. */
  payloadLength: number;
}

export function newRtpHeader(): RtpHeader {
  return { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, payloadOffset: 0, payloadLength: 0 };
}

function read16(packet: Uint8Array, at: number): number {
  return ((packet[at] as number) << 8) | (packet[at + 1] as number);
}

function read32(packet: Uint8Array, at: number): number {
  return ((read16(packet, at) << 16) | read16(packet, at + 2)) >>> 0;
}

/**
 * Reads the header of an RTP packet; contributing sources, a header extension and padding are skipped.
 *
 * @param length - bytes of `packet` that were received.
 * @param into - filled when the packet is valid, in no defined state when it is not.
 * @returns false when this is not a valid RTP packet: the header checks of RFC 3550 appendix A.1.
 */
export function readRtp(packet: Uint8Array, length: number, into: RtpHeader): boolean {
  if (length < RTP_HEADER_SIZE || length > packet.length) return false;
  const first = packet[0] as number;
  const second = packet[1] as number;
  if (first >> 6 !== 2) return false;
  // These values of the second byte are RTCP packet types; RTP must not use them (RFC 5761 §4).
  if (second >= 192 && second <= 223) return false;

  let offset = RTP_HEADER_SIZE + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (offset + 4 > length) return false;
    offset += 4 + read16(packet, offset + 2) * 4;
  }
  let end = length;
  if ((first & 0x20) !== 0) {
    const padding = packet[length - 1] as number;
    if (padding === 0) return false;
    end -= padding;
  }
  if (offset > end) return false;

  into.marker = second >= 128;
  into.payloadType = second & 0x7f;
  into.sequence = read16(packet, 2);
  into.timestamp = read32(packet, 4);
  into.ssrc = read32(packet, 8);
  into.payloadOffset = offset;
  into.payloadLength = end - offset;
  return true;
}

function write32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

/** Writes the twelve bytes of an RTP header without contributing sources, extension or padding. */
export function writeRtpHeader(
  target: Uint8Array,
  offset: number,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  target[offset] = 0x80;
  target[offset + 1] = marker ? payloadType | 0x80 : payloadType & 0x7f;
  target[offset + 2] = sequence >>> 8;
  target[offset + 3] = sequence;
  write32(target, offset + 4, timestamp);
  write32(target, offset + 8, ssrc);
}
