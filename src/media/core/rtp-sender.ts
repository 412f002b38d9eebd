import { RTP_HEADER_SIZE, writeRtpHeader } from '../rtp/packet.codec.ts';
import type { PacketSink } from './packet-sink.ts';
import { PacketSlab } from './packet-slab.ts';

/** Samples of the frame that is made in one tick. */
export const FRAME = 160;

/**
 * Makes the packets of one stream: one SSRC, a sequence without holes, and a timestamp that goes on through silence,
 * prompts and hold, because it counts time and not audio (RFC 3550 §5.1).
 */
export class RtpSender {
  readonly ssrc: number;
  packetsSent = 0;
  octetsSent = 0;
  readonly #sink: PacketSink;
  readonly #shared: PacketSlab;
  /** Where packets of more than one frame are gathered; no other call may write there meanwhile. */
  #own: PacketSlab | undefined;
  #slab: PacketSlab;
  /** Where in the slab the packet is that is being made. */
  #at = 0;
  #sequence: number;
  /** Timestamp of the frame that this tick makes. */
  #timestamp: number;
  #payloadType = 0;
  #samplesPerPacket = FRAME;
  /** Samples in the packet that is being filled. */
  #filled = 0;
  #marker = true;

  constructor(sink: PacketSink, slab: PacketSlab, ssrc: number, sequence: number, timestamp: number) {
    this.#sink = sink;
    this.#shared = slab;
    this.#slab = slab;
    this.ssrc = ssrc;
    this.#sequence = sequence & 0xffff;
    this.#timestamp = timestamp >>> 0;
  }

  /** Takes effect with the next frame; what is half full goes out as it is. */
  configure(payloadType: number, ptimeMs: number): void {
    this.flush();
    this.#payloadType = payloadType;
    this.#samplesPerPacket = ptimeMs * 8;
    if (this.#samplesPerPacket > FRAME) this.#own ??= new PacketSlab(2);
    this.#slab = this.#samplesPerPacket > FRAME && this.#own ? this.#own : this.#shared;
  }

  get timestamp(): number {
    return this.#timestamp;
  }

  /** What frames and events are written into. */
  get slab(): Uint8Array {
    return this.#slab.bytes;
  }

  /** @returns where in `slab` the bytes of the next frame are to be written, before this tick is over. */
  beginFrame(): number {
    if (this.#filled === 0) this.#at = this.#slab.next();
    return this.#at + RTP_HEADER_SIZE + this.#filled;
  }

  /** The bytes of the frame are complete: sends what makes a packet. */
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

  /** @returns where in `slab` the payload of a telephone-event is to be written, before this tick is over. */
  beginEvent(): number {
    this.flush();
    this.#at = this.#slab.next();
    return this.#at + RTP_HEADER_SIZE;
  }

  /** Sends the telephone-event whose payload has been written, under the timestamp of its beginning. */
  sendEvent(payloadType: number, marker: boolean, timestamp: number, length: number): void {
    this.#transmit(payloadType, marker, timestamp, length);
  }

  #sendHalves(): void {
    const half = this.#samplesPerPacket;
    const from = this.#at + RTP_HEADER_SIZE;
    this.#send(half, this.#timestamp);
    for (let done = half; done < FRAME; done += half) {
      this.slab.copyWithin(this.beginFrame(), from + done, from + done + half);
      this.#send(half, this.#timestamp + done);
    }
  }

  #send(length: number, timestamp: number): void {
    this.#transmit(this.#payloadType, this.#marker, timestamp, length);
    this.#marker = false;
    this.#filled = 0;
  }

  #transmit(payloadType: number, marker: boolean, timestamp: number, length: number): void {
    const { bytes } = this.#slab;
    const offset = this.#at;
    writeRtpHeader(bytes, offset, marker, payloadType, this.#sequence, timestamp >>> 0, this.ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packetsSent++;
    this.octetsSent += length;
    this.#sink.sendRtp(bytes, offset, RTP_HEADER_SIZE + length);
  }
}
