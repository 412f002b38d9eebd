import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaEvent, MediaSession } from '../../../src/channel/media-port.ts';
import type { RecordRequest } from '../../../src/channel/record-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { fileSource } from '../../support/file-source.ts';
import { mutate } from '../../support/mutate.ts';
import { strongestTone } from '../../support/tone.ts';
import { until } from '../../support/until.ts';
import { bytesOf, sine, wavBytes } from '../../unit/media/wav/wav-bytes.ts';
import { RawPeer } from './raw-peer.ts';

// A machine may take the processor away at any moment and for as long as it likes. Then the engine sends a few packets late and leaves out
// those that it is too late for, and the far end hears a gap. So these tests are about what no stall can change; that audio has no gap
// while none is made is proved in virtual time, by test/integration/network/audio.test.ts.

/** So much of a tone is looked at as comes in one piece in the end, whatever happened before and after. */
const PIECE_MS = 100;
/** Who gets no packet for so long gets none at all. */
const BLOCKED_MS = 10_000;

const OPEN = { address: '127.0.0.1', codecs: ['PCMU', 'PCMA'] };

let media: Media;
let directory: string;
let prompt: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-media-'));
  prompt = join(directory, 'prompt.wav');
  await writeFile(prompt, wavBytes(bytesOf(sine(440, 16_000, 16_000)), { sampleRate: 16_000 }));
  media = await Media.start({ clock: systemClock, logger: silentLogger });
});
afterAll(async () => {
  await media.close();
  await rm(directory, { recursive: true });
});

async function pair(options = OPEN): Promise<[MediaSession, MediaSession]> {
  const [caller, callee] = [await media.open(options), await media.open(options)];
  caller.accept(callee.answer(caller.offer()));
  return [caller, callee];
}

function record(name: string, more: Partial<RecordRequest> = {}): RecordRequest {
  return { path: join(directory, name), format: 'PCM16', bargeIn: '', ifExists: 'overwrite', ...more };
}

async function samplesOf(name: string): Promise<Int16Array> {
  const file = await readFile(join(directory, name));
  return new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
}

describe('two sessions over real sockets', () => {
  it.each(['127.0.0.1', '::1'])('carry a tone from a file to a recording at %s', async (address) => {
    const [caller, callee] = await pair({ ...OPEN, address });
    const recording = callee.record(record('tone.wav'));
    await recording.started;
    expect(await caller.play({ sources: [fileSource(prompt)], bargeIn: '' }).finished).toMatchObject({
      reason: 'completed',
      playedMs: 1000,
    });
    const { packetsSent } = await caller.statistics();
    await until('all of the tone', async () => {
      const { packetsReceived, levelReceived } = await callee.statistics();
      return packetsReceived >= packetsSent && levelReceived === -127;
    });
    recording.stop();
    const { bytes, audioDetected } = await recording.finished;
    expect(audioDetected).toBe(true);
    const samples = await samplesOf('tone.wav');
    expect(samples.length * 2 + 44).toBe(bytes);
    expect(strongestTone(samples, 8000, 440, PIECE_MS)).toBeGreaterThan(0.98);
    const statistics = await callee.statistics();
    expect(statistics).toMatchObject({ packetsLost: 0, codec: 'PCMU', direction: 'sendrecv' });
    expect(statistics.remoteAddress).toContain(`:${caller.local.rtpPort}`);
    await Promise.all([caller.close(), callee.close()]);
  });

  it('hear each other’s digits and echo', async () => {
    const [caller, callee] = await pair();
    const digits: MediaEvent[] = [];
    callee.listen((event) => digits.push(event));
    const echo = callee.echo();
    await echo.started;
    expect((await caller.sendDigits({ digits: '12#', onMs: 60, offMs: 40 }).finished).reason).toBe('completed');
    await until('the digits', () => digits.length === 3);
    const playing = caller.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await until('the echo', async () => (await caller.statistics()).levelReceived > -60);
    const recording = caller.record(record('echo.wav', { maxDurationMs: 1500 }));
    expect((await recording.finished).reason).toBe('timeout');
    playing.stop();
    const samples = await samplesOf('echo.wav');
    expect(samples.length).toBe(12_000);
    expect(strongestTone(samples, 8000, 440, PIECE_MS)).toBeGreaterThan(0.98);
    echo.stop();
    expect((await echo.finished).reason).toBe('stopped');
    await Promise.all([caller.close(), callee.close()]);
  });

  it('tell each other the round trip by RTCP', async () => {
    const [caller, callee] = await pair();
    const roundTripMs = await until('a report about our report', async () => {
      const [one, other] = [await caller.statistics(), await callee.statistics()];
      return one.roundTripMs ?? other.roundTripMs;
    });
    expect(roundTripMs).toBeLessThan(1000);
    await Promise.all([caller.close(), callee.close()]);
  });
});

describe('what goes over the wire', () => {
  it('is one stream of one SSRC without a missing packet, through silence, prompt and barge-in', async () => {
    const peer = await RawPeer.open();
    const session = await media.open(OPEN);
    session.answer(peer.offer);
    await peer.next(() => true);
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '5', loop: true });
    await playing.started;
    await peer.next(({ silent }) => !silent);
    peer.key(5, session.local.rtpPort);
    expect((await playing.finished).reason).toBe('bargein');
    // What was sent when we knew already that the prompt had ended; packets may have come that this thread has not read yet.
    const { packetsSent } = await session.statistics();
    await peer.next(() => peer.heard.length >= packetsSent + 10);
    expect(peer.heard.slice(packetsSent).filter(({ silent }) => !silent)).toEqual([]);
    const [first] = peer.heard;
    let timestamp = first?.timestamp ?? 0;
    for (const [index, packet] of peer.heard.entries()) {
      expect(packet.ssrc).toBe(first?.ssrc);
      expect(packet.sequence).toBe(((first?.sequence ?? 0) + index) & 0xffff);
      // Whole frames may have been left out, and then the marker says so; nothing else may stand between two packets.
      const gap = (packet.timestamp - timestamp) >>> 0;
      expect({ gap: gap % 160, isMarked: packet.marker }).toEqual({ gap: 0, isMarked: index === 0 || gap > 0 });
      expect(gap).toBeLessThan(8000 * 60);
      timestamp = (packet.timestamp + 160) >>> 0;
    }
    await session.close();
    await peer.close();
  });

  it('goes on while the program’s thread is blocked', async () => {
    // The far end has a thread of its own, or it would be blocked too. It counts what comes.
    const heard = new Int32Array(new SharedArrayBuffer(4));
    const listener = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      const socket = require('node:dgram').createSocket('udp4');
      socket.on('message', (packet) => {
        if ((packet[1] & 0x7f) >= 64) return;
        Atomics.add(workerData, 0, 1);
        Atomics.notify(workerData, 0);
      });
      socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port));
      parentPort.once('message', () => socket.close());`,
      { eval: true, workerData: heard },
    );
    const port = await new Promise<number>((resolve) => listener.once('message', resolve));
    const peer = await RawPeer.open();
    const session = await media.open(OPEN);
    const offer = peer.offer;
    session.answer({ ...offer, media: offer.media.map((line) => ({ ...line, port })) });
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await playing.started;
    // Nothing runs in this thread until two seconds of audio have come. Were it needed for them, none would come.
    const wanted = Atomics.load(heard, 0) + 100;
    for (let count = 0; count < wanted; count = Atomics.load(heard, 0)) {
      expect(Atomics.wait(heard, 0, count, BLOCKED_MS)).not.toBe('timed-out');
    }
    const gone = once(listener, 'exit');
    listener.postMessage('stop');
    await Promise.all([gone, session.close(), peer.close()]);
  });

  it('survives 5,000 damaged packets, and the other call does not notice', async () => {
    const peer = await RawPeer.open();
    const session = await media.open(OPEN);
    session.answer(peer.offer);
    const [caller, callee] = await pair();
    const voice = Buffer.alloc(172, 0x55);
    voice[0] = 0x80;
    const report = Buffer.from(
      '81c8000c0000000100000002000000030000000400000005000000060000000100000000000000000000000000000000',
      'hex',
    );
    for (let seed = 0; seed < 5000; seed++) {
      peer.send(mutate(seed % 2 === 0 ? voice : report, seed), session.local.rtpPort + (seed % 4 < 2 ? 0 : 1));
      if (seed % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    peer.key(1, session.local.rtpPort);
    const digits: MediaEvent[] = [];
    callee.listen((event) => digits.push(event));
    await caller.sendDigits({ digits: '7', onMs: 60, offMs: 40 }).finished;
    await until('the digit', () => digits.length === 1);
    expect((await session.statistics()).packetsSent).toBeGreaterThan(0);
    expect((await callee.statistics()).packetsLost).toBe(0);
    await Promise.all([session.close(), caller.close(), callee.close()]);
    await peer.close();
  });
});

describe('ports and threads', () => {
  it('are free when a call is closed', async () => {
    const session = await media.open(OPEN);
    const { rtpPort } = session.local;
    await session.close();
    for (const port of [rtpPort, rtpPort + 1]) {
      const socket = createSocket('udp4');
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ address: '127.0.0.1', port, exclusive: true }, resolve);
      });
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    }
  });

  it('that another program has are skipped, and none is left bound by halves', async () => {
    const taken = createSocket('udp4');
    await new Promise<void>((resolve) => taken.bind({ address: '127.0.0.1', port: 0, exclusive: true }, resolve));
    const { port } = taken.address();
    const min = port - (port & 1);
    const small = await Media.start({ clock: systemClock, logger: silentLogger, rtpPorts: { min, max: min + 1 } });
    await expect(small.open(OPEN)).rejects.toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    const session = await small.open(OPEN);
    expect(session.local.rtpPort).toBe(min);
    await small.close();
  });

  it('of an address that is not ours cannot be opened', async () => {
    await expect(media.open({ ...OPEN, address: '192.0.2.1' })).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
  });

  it('share the calls among several threads', async () => {
    const several = await Media.start({ clock: systemClock, logger: silentLogger, workers: 2 });
    const [caller, callee] = [await several.open(OPEN), await several.open(OPEN)];
    caller.accept(callee.answer(caller.offer()));
    expect((await caller.play({ sources: [fileSource(prompt)], bargeIn: '' }).finished).reason).toBe('completed');
    await several.close();
  });

  it('fail their calls when they die, and the next call gets a new thread', async () => {
    const threads: Worker[] = [];
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
    const note = (message: unknown): void => void threads.push((message as { worker: Worker }).worker);
    subscribe('worker_threads', note);
    const mortal = await Media.start({ clock: systemClock, logger: silentLogger });
    unsubscribe('worker_threads', note);
    const session = await mortal.open(OPEN);
    const events: MediaEvent[] = [];
    session.listen((event) => events.push(event));
    const peer = await RawPeer.open();
    session.answer(peer.offer);
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await playing.started;
    await threads[0]?.terminate();
    expect(await playing.finished).toMatchObject({ reason: 'error', error: { code: 'MEDIA_FAILED' } });
    expect(events).toMatchObject([{ type: 'failed', error: { code: 'MEDIA_FAILED' } }]);
    await session.close();
    const next = await mortal.open(OPEN);
    next.answer(peer.offer);
    expect((await next.play({ sources: [fileSource(prompt)], bargeIn: '' }).finished).reason).toBe('completed');
    await mortal.close();
    await peer.close();
  });
});
