import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { ChannelError } from '../../../src/errors.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { fileSource } from '../../support/file-source.ts';
import { until } from '../../support/until.ts';
import { audio, HandStream, samples } from '../../unit/media/play/play-rig.ts';
import { wavBytes } from '../../unit/media/wav/wav-bytes.ts';
import { rawOffer } from './raw-audio.ts';

// However long the machine keeps the processor from somebody, no byte of what is played may be lost, repeated or out of its place; only
// silence may come between.

const HEADER = 12;
const PCMU = 0;
const SILENCE = 0xff;
const ADDRESS = '127.0.0.1';

let media: Media;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-playing-'));
  media = await Media.start({ clock: systemClock, logger: silentLogger });
});
afterAll(async () => {
  await media.close();
  await rm(directory, { recursive: true });
});

/** A call to a socket that keeps what it hears. */
class Listener implements AsyncDisposable {
  readonly session: MediaSession;
  readonly #socket: Socket;
  readonly #packets: Buffer[] = [];

  private constructor(session: MediaSession, socket: Socket) {
    this.session = session;
    this.#socket = socket;
    // Reports come to the same port.
    socket.on('message', (packet) => {
      if (((packet[1] ?? 0) & 0x7f) === PCMU) this.#packets.push(packet.subarray(HEADER));
    });
  }

  static async open(): Promise<Listener> {
    const socket = createSocket('udp4');
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    const session = await media.open({ address: ADDRESS, codecs: ['PCMU'] });
    session.answer(rawOffer(ADDRESS, socket.address().port));
    return new Listener(session, socket);
  }

  /** What is no silence of all that was heard. */
  get sound(): Buffer {
    return Buffer.concat(this.#packets).filter((byte) => byte !== SILENCE) as Buffer;
  }

  /** Resolves when everything that was sent has come. */
  async heardAll(length: number): Promise<void> {
    await until('all audio', async () => this.sound.length >= length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

describe('over sockets, from the thread of the engine', () => {
  it('a file, samples and a stream are one, byte for byte', async () => {
    await using call = await Listener.open();
    const [one, two, three] = [audio(310, 1), audio(290, 2), audio(3000, 3)];
    const path = join(directory, 'one.wav');
    await writeFile(path, wavBytes(one, { encoding: 'PCMU' }));
    const stream = new HandStream();
    for (let at = 0; at < three.length; at += 800) stream.give(three.subarray(at, at + 800));
    stream.give(undefined);
    const playing = call.session.play({ sources: [fileSource(path), samples(two), stream.source], bargeIn: '' });
    await playing.started;
    await until('the stream', async () => stream.reads > 0);
    playing.pause();
    playing.resume();
    const outcome = await playing.finished;
    expect(outcome).toEqual({
      reason: 'completed',
      playedMs: 3600,
      positionMs: 3600,
      heardMs: 3600,
      error: undefined,
    });
    expect(playing.progress()).toEqual({ positionMs: 3600, heardMs: 3600, durationMs: 3600, paused: false });
    const whole = Buffer.concat([one, two, three]);
    await call.heardAll(whole.length);
    expect(call.sound.equals(whole)).toBe(true);
    expect(stream.closes).toBe(1);
  });

  it('a stream can be rewound, and the position is known while it plays', async () => {
    await using call = await Listener.open();
    const whole = audio(1000);
    const stream = new HandStream(1000);
    stream.give(whole);
    stream.give(undefined);
    const playing = call.session.play({ sources: [stream.source], bargeIn: '' });
    await playing.started;
    await until('half of it', async () => playing.progress().positionMs >= 500);
    playing.pause();
    await until('the pause', async () => call.sound.length > 0);
    playing.seek(900);
    playing.resume();
    expect(playing.progress()).toMatchObject({ positionMs: 900, durationMs: 1000 });
    const { reason, positionMs, playedMs } = await playing.finished;
    expect({ reason, positionMs }).toEqual({ reason: 'completed', positionMs: 1000 });
    await call.heardAll(playedMs * 8);
    const before = (playedMs - 100) * 8;
    expect(call.sound.equals(Buffer.concat([whole.subarray(0, before), whole.subarray(7200)]))).toBe(true);
  });

  it('the failure of a stream is that of the playing', async () => {
    await using call = await Listener.open();
    const error = new ChannelError('SPEECH_FAILED', 'the voice is gone');
    const late = new HandStream();
    late.give(audio(200));
    late.give(error);
    const playing = call.session.play({ sources: [late.source], bargeIn: '' });
    await playing.started;
    expect(await playing.finished).toMatchObject({ reason: 'error', playedMs: 200, error: { code: 'SPEECH_FAILED' } });
    const early = new HandStream();
    early.give(error);
    const never = call.session.play({ sources: [early.source], bargeIn: '' });
    await expect(never.started).rejects.toMatchObject({ code: 'SPEECH_FAILED', message: error.message });
    expect([late.closes, early.closes]).toEqual([1, 1]);
  });

  it('a call that ends closes the streams that are being read', async () => {
    const stream = new HandStream();
    const music = new HandStream();
    {
      await using call = await Listener.open();
      stream.give(audio(100));
      music.give(audio(100));
      const background = call.session.playBackground({ sources: [music.source], bargeIn: '' });
      const playing = call.session.play({ sources: [stream.source], bargeIn: '' });
      await Promise.all([background.started, playing.started]);
      await call.heardAll(100 * 8);
    }
    expect([stream.closes, music.closes]).toEqual([1, 1]);
  });
});
