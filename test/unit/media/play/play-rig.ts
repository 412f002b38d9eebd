import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaSession } from '../../../../src/channel/media-port.ts';
import type { PcmStream, Playing, PlayRequest, PlaySource } from '../../../../src/channel/play-port.ts';
import { silentLogger } from '../../../../src/logger.ts';
import { decodeTable, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { Media } from '../../../../src/media/media.ts';
import type { PacketHandler, PacketIo, PacketPorts } from '../../../../src/media/worker/packet-io.ts';
import { realWork } from '../../../../src/testing/clock/real-work.ts';
import { TestClock } from '../../../../src/testing/clock/test-clock.ts';
import { fileSource } from '../../../support/file-source.ts';
import { wavBytes } from '../wav/wav-bytes.ts';

const SILENCE = 0xff;
const HEADER = 12;
const RTP_PORTS = { min: 20_000, max: 20_099 };

/** Writes down the audio that goes over the wire, and delivers it. */
class Wire implements PacketIo {
  readonly #handlers = new Map<number, PacketHandler>();
  readonly audio = new Map<number, Buffer[]>();

  open(address: string, rtpPort: number, handler: PacketHandler): Promise<PacketPorts> {
    const sent: Buffer[] = [];
    this.#handlers.set(rtpPort, handler);
    this.audio.set(rtpPort, sent);
    return Promise.resolve({
      sendRtp: (slab, offset, length, _to, port) => {
        const packet = Buffer.from(slab.slice(offset, offset + length));
        const isAudio = ((packet[1] ?? 0) & 0x7f) < 96;
        if (isAudio) sent.push(packet.subarray(HEADER));
        this.#handlers.get(port)?.receiveRtp(packet, address, rtpPort);
      },
      sendRtcp: () => undefined,
      connect: () => undefined,
      disconnect: () => undefined,
      close: () => Promise.resolve(),
    });
  }
}

/** A call whose audio is looked at byte by byte, in virtual time that waits for the disk. */
export class PlayRig {
  readonly clock = new TestClock({ time: 'manual' });
  readonly #wire = new Wire();
  #directory = '';
  #media: Media | undefined;
  #session: MediaSession | undefined;
  #peer: MediaSession | undefined;

  static async open(codecs: readonly string[] = ['PCMU']): Promise<PlayRig> {
    const rig = new PlayRig();
    rig.#directory = await mkdtemp(join(tmpdir(), 'offhook-play-'));
    const { clock } = rig;
    const inline = { io: rig.#wire, random: () => 0.5, awaitDisk: realWork(clock) };
    rig.#media = await Media.start({ clock, logger: silentLogger, rtpPorts: RTP_PORTS, inline });
    rig.#session = await rig.#media.open({ address: '192.0.2.1', codecs });
    rig.#peer = await rig.#media.open({ address: '192.0.2.1', codecs });
    rig.session.accept(rig.peer.answer(rig.session.offer()));
    return rig;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#media?.close();
    await rm(this.#directory, { recursive: true });
  }

  get session(): MediaSession {
    if (!this.#session) throw new Error('the rig is not open');
    return this.#session;
  }

  get peer(): MediaSession {
    if (!this.#peer) throw new Error('the rig is not open');
    return this.#peer;
  }

  /** The bytes of all packets so far. */
  get sent(): Buffer {
    return Buffer.concat(this.#wire.audio.get(this.session.local.rtpPort) ?? []);
  }

  /** The same without silence. */
  get sound(): Buffer {
    return this.sent.filter((byte) => byte !== SILENCE) as Buffer;
  }

  /** The same from the first sound to the last. */
  get between(): Buffer {
    const { sent } = this;
    const begin = sent.findIndex((byte) => byte !== SILENCE);
    const end = sent.findLastIndex((byte) => byte !== SILENCE);
    return begin < 0 ? Buffer.alloc(0) : sent.subarray(begin, end + 1);
  }

  async file(name: string, audio: Uint8Array): Promise<ReturnType<typeof fileSource>> {
    const path = join(this.#directory, name);
    await writeFile(path, wavBytes(audio, { encoding: 'PCMU' }));
    return fileSource(path);
  }

  missing(): PlaySource {
    return fileSource(join(this.#directory, 'none.wav'));
  }

  /** Begins to play and waits until that has begun. */
  async play(sources: readonly PlaySource[], more: Partial<PlayRequest> = {}): Promise<Playing> {
    const playing = this.session.play({ sources, bargeIn: '', ...more });
    await playing.started;
    return playing;
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }
}

/** Mu-law audio without any silence that stays as it is when it is decoded and encoded again. */
export function audio(ms: number, seed = 1): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: ms * 8 }, (_, index) => 1 + ((index * 7 + seed * 31 + (index >> 8)) % 125)),
  );
}

export function samplesOf(mulaw: Uint8Array): Int16Array {
  return Int16Array.from(mulaw, (byte) => decodeTable(PCMU)[byte] ?? 0);
}

export function samples(mulaw: Uint8Array): PlaySource {
  return { kind: 'samples', name: 'samples', samples: samplesOf(mulaw), sampleRate: 8000 };
}

/** A stream that a test fills. */
export class HandStream implements PcmStream {
  readonly sampleRate = 8000;
  readonly durationMs: number | undefined;
  readonly isRealWork: boolean | undefined;
  reads = 0;
  closes = 0;
  /** What closing waits for. */
  closing: Promise<void> = Promise.resolve();
  #pieces: (Int16Array | Error | undefined)[] = [];
  #waiting: { resolve: (piece: Int16Array | undefined) => void; reject: (error: Error) => void } | undefined;

  constructor(durationMs?: number) {
    this.durationMs = durationMs;
  }

  get source(): PlaySource {
    return { kind: 'stream', name: 'stream', stream: this };
  }

  /** Whether somebody waits for the next piece. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** A piece of mu-law audio, the end, or a failure. */
  give(piece: Uint8Array | Error | undefined): void {
    this.#pieces.push(piece instanceof Uint8Array ? samplesOf(piece) : piece);
    this.#serve();
  }

  read(): Promise<Int16Array | undefined> {
    if (this.#waiting) throw new Error('read() was called before the one before it had settled');
    this.reads++;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#serve();
    });
  }

  async close(): Promise<void> {
    this.closes++;
    await this.closing;
  }

  #serve(): void {
    if (!this.#waiting || this.#pieces.length === 0) return;
    const { resolve, reject } = this.#waiting;
    const piece = this.#pieces.shift();
    this.#waiting = undefined;
    if (piece instanceof Error) reject(piece);
    else resolve(piece);
  }
}
