import { createSocket, type Socket } from 'node:dgram';
import { writeEvent } from '../../../src/media/dtmf/event.codec.ts';
import { createOffer } from '../../../src/media/negotiation/create-offer.codec.ts';
import { newRtpHeader, readRtp, writeRtpHeader } from '../../../src/media/rtp/packet.codec.ts';
import type { SessionDescription } from '../../../src/media-description.ts';

export interface Heard {
  readonly at: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** Every byte of it is the silence of its law. */
  readonly silent: boolean;
}

/** A far end that is nothing but a socket: notes what comes and sends what the test wants. */
export class RawPeer {
  readonly heard: Heard[] = [];
  /** Called for each packet. */
  onPacket: (heard: Heard) => void = () => undefined;
  readonly #socket: Socket;
  #sequence = 1;
  #timestamp = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const header = newRtpHeader();
    socket.on('message', (packet) => {
      if (!readRtp(packet, packet.length, header)) return;
      const { payloadType, sequence, timestamp, ssrc, payloadOffset } = header;
      const silent = packet.subarray(payloadOffset).every((byte) => byte === 0xff);
      const heard = { at: performance.now(), payloadType, sequence, timestamp, ssrc, silent };
      this.heard.push(heard);
      this.onPacket(heard);
    });
  }

  static async open(address = '127.0.0.1'): Promise<RawPeer> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    return new RawPeer(socket);
  }

  /** What this peer offers. */
  get offer(): SessionDescription {
    const { address, port } = this.#socket.address();
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

  /** Resolves with the next packet that `test` is true for. */
  next(test: (heard: Heard) => boolean): Promise<Heard> {
    return new Promise((resolve) => {
      this.onPacket = (heard) => {
        if (test(heard)) resolve(heard);
      };
    });
  }

  send(packet: Uint8Array, port: number, address = '127.0.0.1'): void {
    this.#socket.send(packet, port, address);
  }

  voice(port: number, address?: string): void {
    const packet = Buffer.alloc(172, 0x80);
    writeRtpHeader(packet, 0, false, 0, this.#sequence++, this.#timestamp, 7);
    this.#timestamp += 160;
    this.send(packet, port, address);
  }

  key(event: number, port: number): void {
    const packet = Buffer.alloc(16);
    writeRtpHeader(packet, 0, true, 101, this.#sequence++, this.#timestamp, 7);
    writeEvent(packet, 12, event, false, 10, 160);
    this.#timestamp += 160;
    this.send(packet, port);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
