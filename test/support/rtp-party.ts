import { createSocket, type Socket } from 'node:dgram';
import type { Audio } from '../../examples/demo/compare-audio.ts';
import { decodeG711, encodeAlaw, PCMA } from '../../src/media/codec/g711.codec.ts';
import { newRtpHeader, RTP_HEADER_SIZE, readRtp, writeRtpHeader } from '../../src/media/rtp/packet.codec.ts';

const RATE = 8000;
const PCMA_PAYLOAD = 8;
const SSRC = 0x30_30_30_30;

/** The audio of a party whose SIP is spoken by somebody else: a socket that says a tone as PCMA, and keeps what it hears. */
export class RtpParty implements AsyncDisposable {
  readonly port: number;
  readonly #socket: Socket;
  readonly #frequency: number;
  /** Samples in a packet of its own. */
  readonly #size: number;
  readonly #heard: number[] = [];
  readonly #heardSizes = new Set<number>();
  readonly #header = newRtpHeader();
  #sent = 0;

  private constructor(socket: Socket, frequency: number, ptime: number) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.#frequency = frequency;
    this.#size = (RATE * ptime) / 1000;
    socket.on('message', (packet, { address, port }) => this.#take(packet, address, port));
  }

  /** @param ptime - milliseconds in each of its packets. */
  static async open(frequency: number, ptime: number): Promise<RtpParty> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new RtpParty(socket, frequency, ptime);
  }

  /** Everything that it has heard. */
  get heard(): Audio {
    return { samples: Int16Array.from(this.#heard), rate: RATE };
  }

  /** The different lengths of the packets that have come, in milliseconds. */
  get heardPtimes(): readonly number[] {
    return [...this.#heardSizes].map((size) => (size * 1000) / RATE);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  /** What comes is its clock: it says as much as it has heard. */
  #take(packet: Buffer, address: string, port: number): void {
    if (!readRtp(packet, packet.length, this.#header) || this.#header.payloadType !== PCMA_PAYLOAD) return;
    const { payloadOffset, payloadLength } = this.#header;
    const samples = new Int16Array(payloadLength);
    decodeG711(PCMA, packet, payloadOffset, samples, 0, payloadLength);
    this.#heard.push(...samples);
    this.#heardSizes.add(payloadLength);
    while ((this.#sent + 1) * this.#size <= this.#heard.length) this.#socket.send(this.#say(), port, address);
  }

  #say(): Buffer {
    const first = this.#sent * this.#size;
    const packet = Buffer.alloc(RTP_HEADER_SIZE + this.#size);
    writeRtpHeader(packet, 0, this.#sent === 0, PCMA_PAYLOAD, this.#sent, first, SSRC);
    for (let at = 0; at < this.#size; at++) {
      packet[RTP_HEADER_SIZE + at] = encodeAlaw(
        Math.round(12_000 * Math.sin((2 * Math.PI * this.#frequency * (first + at)) / RATE)),
      );
    }
    this.#sent++;
    return packet;
  }
}
