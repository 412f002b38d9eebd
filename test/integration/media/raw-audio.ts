import { writeEvent } from '../../../src/media/dtmf/event.codec.ts';
import { createOffer } from '../../../src/media/negotiation/create-offer.codec.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import type { SessionDescription } from '../../../src/media-description.ts';

const SSRC = 7;
const FRAME = 160;
const EVENT = 101;

/** A packet of audio that has come. */
export interface Heard {
  readonly at: number;
  /** Time has passed before it for which nothing was sent. */
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** Every byte of it is the silence of its law. */
  readonly silent: boolean;
}

const header = newRtpHeader();

/** What a packet says; undefined when it is no RTP. */
export function heardOf(packet: Uint8Array, at: number): Heard | undefined {
  if (!readRtp(packet, packet.length, header)) return undefined;
  const { marker, payloadType, sequence, timestamp, ssrc, payloadOffset } = header;
  const silent = packet.subarray(payloadOffset).every((byte) => byte === 0xff);
  return { at, marker, payloadType, sequence, timestamp, ssrc, silent };
}

/** What somebody offers who hears at one port and knows µ-law and telephone-events. */
export function rawOffer(address: string, port: number): SessionDescription {
  return createOffer({
    address,
    family: address.includes(':') ? 6 : 4,
    rtpPort: port,
    rtcpPort: port,
    codecs: ['PCMU'],
    ptimeMs: 20,
    sessionId: '1',
    sessionVersion: '1',
  });
}

/** Makes the packets of a stream, one after the other. */
export class RawStream {
  #sequence = 1;
  #timestamp = 1;

  voice(): Buffer {
    const packet = Buffer.alloc(12 + FRAME, 0x80);
    writeRtpHeader(packet, 0, false, 0, this.#sequence++, this.#timestamp, SSRC);
    this.#timestamp += FRAME;
    return packet;
  }

  /** The first packet of an event. */
  key(event: number): Buffer {
    const packet = Buffer.alloc(16);
    writeRtpHeader(packet, 0, true, EVENT, this.#sequence++, this.#timestamp, SSRC);
    writeEvent(packet, 12, event, false, 10, FRAME);
    this.#timestamp += FRAME;
    return packet;
  }
}
