import { createSocket, type Socket } from 'node:dgram';
import type { SessionDescription } from '../../../src/media-description.ts';
import { type Heard, heardOf, RawStream, rawOffer } from './raw-audio.ts';

/** A far end that is nothing but a socket: notes what comes and sends what the test wants. */
export class RawPeer {
  readonly heard: Heard[] = [];
  /** Called for each packet. */
  onPacket: (heard: Heard) => void = () => undefined;
  readonly #socket: Socket;
  readonly #stream = new RawStream();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => {
      const heard = heardOf(packet, performance.now());
      if (!heard) return;
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
    return rawOffer(address, port);
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

  key(event: number, port: number): void {
    this.send(this.#stream.key(event), port);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
