import { RTP_HEADER_SIZE, writeRtpHeader } from '../rtp/packet.codec.ts';
import type { PacketSink } from './packet-sink.ts';

/** Samples of the frame that is made in one tick. */
export const FRAME = 160;
const MAX_PAYLOAD = 480;
const SLOT = RTP_HEADER_SIZE + MAX_PAYLOAD;
/** A socket may still hold a packet when the next ones are made, so each packet gets another slot. */
const SLOTS = 8;

/**
 * Makes the packets of one stream: one SSRC, a sequence without holes, and a timestamp that goes on through silence,
 * prompts and hold, because it counts time and not audio (RFC 3550 §5.1).
 */
export class RtpSender {
  readonly ssrc: number;
  readonly slab: Uint8Array = new Uint8Array(SLOT * SLOTS);
  packetsSent = 0;
  octetsSent = 0;
  readonly #sink: PacketSink;
  #sequence: number;
  /** Timestamp of the frame that this tick makes. */
  #timestamp: number;
  #payloadType = 0;
  #samplesPerPacket = FRAME;
  #slot = 0;
  /** Samples in the packet that is being filled. */
  #filled = 0;
  #marker = true;

  constructor(sink: PacketSink, ssrc: number, sequence: number, timestamp: number) {
    this.#sink = sink;
    this.ssrc = ssrc;
    this.#sequence = sequence & 0xffff;
    this.#timestamp = timestamp >>> 0;
  }

  /** Takes effect with the next frame; what is half full goes out as it is. */
  configure(payloadType: number, ptimeMs: number): void {
    this.flush();
    this.#payloadType = payloadType;
    this.#samplesPerPacket = ptimeMs * 8;
  }

  get timestamp(): number {
    return this.#timestamp;
  }

  /** Where in `slab` the bytes of the next frame are to be written. */
  get frameOffset(): number {
    return this.#slot * SLOT + RTP_HEADER_SIZE + this.#filled;
  }

  /** The bytes at `frameOffset` are complete: sends what makes a packet. */
  sendFrame(): void {
    if (this.#samplesPerPacket < FRAME) {
      this.#sendHalves();
    } else {
      this.#filled += FRAME;
      if (this.#filled >= this.#samplesPerPacket) this.#send(this.#filled, this.#timestamp + FRAME - this.#filled);
    }
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
  }

  /** Lets the time of a frame pass without audio; the next packet begins a talkspurt. */
  skipFrames(count: number): void {
    this.flush();
    this.#timestamp = (this.#timestamp + count * FRAME) >>> 0;
    this.#marker = true;
  }

  /** Sends a packet that is only half full: something else follows. */
  flush(): void {
    if (this.#filled > 0) this.#send(this.#filled, this.#timestamp - this.#filled);
  }

  /** Where in `slab` the payload of a telephone-event is to be written. */
  get eventOffset(): number {
    return this.#slot * SLOT + RTP_HEADER_SIZE;
  }

  /** Sends the telephone-event whose payload is at `eventOffset`, under the timestamp of its beginning. */
  sendEvent(payloadType: number, marker: boolean, timestamp: number, length: number): void {
    this.#transmit(payloadType, marker, timestamp, length);
  }

  #sendHalves(): void {
    const half = this.#samplesPerPacket;
    const from = this.frameOffset;
    this.#send(half, this.#timestamp);
    for (let done = half; done < FRAME; done += half) {
      this.slab.copyWithin(this.frameOffset, from + done, from + done + half);
      this.#send(half, this.#timestamp + done);
    }
  }

  #send(length: number, timestamp: number): void {
    this.#transmit(this.#payloadType, this.#marker, timestamp, length);
    this.#marker = false;
    this.#filled = 0;
  }

  #transmit(payloadType: number, marker: boolean, timestamp: number, length: number): void {
    const offset = this.#slot * SLOT;
    writeRtpHeader(this.slab, offset, marker, payloadType, this.#sequence, timestamp >>> 0, this.ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packetsSent++;
    this.octetsSent += length;
    this.#slot = (this.#slot + 1) % SLOTS;
    this.#sink.sendRtp(this.slab, offset, RTP_HEADER_SIZE + length);
  }
}
