import { newRtpHeader, readRtp } from '../../media/rtp/packet.codec.ts';

const header = newRtpHeader();

/**
 * What a packet says, for a journal. Of audio the header and a checksum: enough to see that two packets are the same, and a
 * twentieth of the size.
 */
export function describePacket(traffic: 'SIP' | 'RTP' | 'RTCP', bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (traffic === 'SIP') return { message: Buffer.from(bytes).toString() };
  const sum = checksum(bytes);
  if (traffic === 'RTCP') return { type: bytes[1], bytes: bytes.length, sum };
  if (!readRtp(bytes, bytes.length, header)) return { bytes: bytes.length, sum };
  const { marker, payloadType, sequence, timestamp, ssrc } = header;
  return { payloadType, marker, sequence, timestamp, ssrc, bytes: bytes.length, sum };
}

/** FNV-1a, in hexadecimal digits. */
function checksum(bytes: Uint8Array): string {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}
