import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaEvent, MediaSession, RecordRequest } from '../../../src/channel/media-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { fileSource } from '../../support/file-source.ts';
import { mutate } from '../../support/mutate.ts';
import { toneShare } from '../../support/tone.ts';
import { until } from '../../support/until.ts';
import { bytesOf, sine, wavBytes } from '../../unit/media/wav/wav-bytes.ts';
import { RawPeer } from './raw-peer.ts';

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
    await until('the tone', async () => (await callee.statistics()).levelReceived === -127);
    recording.stop();
    const { bytes, audioDetected } = await recording.finished;
    expect(audioDetected).toBe(true);
    const samples = await samplesOf('tone.wav');
    expect(samples.length * 2 + 44).toBe(bytes);
    const begin = samples.findIndex((sample) => Math.abs(sample) > 3000);
    expect(toneShare(samples.subarray(begin, begin + 7800), 8000, 440)).toBeGreaterThan(0.98);
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
    const recording = caller.record(record('echo.wav', { maxDurationMs: 1500 }));
    await recording.started;
    await caller.play({ sources: [fileSource(prompt)], bargeIn: '' }).finished;
    expect((await recording.finished).reason).toBe('timeout');
    const samples = await samplesOf('echo.wav');
    expect(samples.length).toBe(12_000);
    const begin = samples.findIndex((sample) => Math.abs(sample) > 3000);
    expect(toneShare(samples.subarray(begin, begin + 6000), 8000, 440)).toBeGreaterThan(0.98);
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
  it('is one stream of one SSRC with a continuous timestamp, through silence, prompt and barge-in', async () => {
    const peer = await RawPeer.open();
    const session = await media.open(OPEN);
    session.answer(peer.offer);
    await peer.next(() => true);
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '5', loop: true });
    await playing.started;
    await peer.next(({ silent }) => !silent);
    peer.key(5, session.local.rtpPort);
    expect((await playing.finished).reason).toBe('bargein');
    // Nothing of the prompt comes after the moment that we know it ended, but for what this thread has not read yet.
    const known = peer.heard.length;
    await peer.next(() => peer.heard.length > known + 10);
    expect(peer.heard.slice(known).filter(({ silent }) => !silent).length).toBeLessThanOrEqual(2);
    const [first] = peer.heard;
    for (const [index, { ssrc, sequence, timestamp }] of peer.heard.entries()) {
      expect(ssrc).toBe(first?.ssrc);
      expect(sequence).toBe(((first?.sequence ?? 0) + index) & 0xffff);
      expect(timestamp).toBe(((first?.timestamp ?? 0) + 160 * index) >>> 0);
    }
    await session.close();
    await peer.close();
  });

  it('goes on evenly while the program’s thread is blocked', async () => {
    // The far end has a thread of its own, or it would be blocked too.
    const listener = new Worker(
      `const { parentPort } = require('node:worker_threads');
      const socket = require('node:dgram').createSocket('udp4');
      const times = [];
      socket.on('message', (packet) => { if ((packet[1] & 0x7f) < 64) times.push(performance.now()); });
      socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port));
      parentPort.on('message', () => { parentPort.postMessage(times); socket.close(); parentPort.close(); });`,
      { eval: true },
    );
    const said = (): Promise<unknown> => new Promise((resolve) => listener.once('message', resolve));
    const port = Number(await said());
    const peer = await RawPeer.open();
    const session = await media.open(OPEN);
    const offer = peer.offer;
    session.answer({ ...offer, media: offer.media.map((line) => ({ ...line, port })) });
    const playing = session.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await playing.started;
    for (let round = 0; round < 3; round++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const answer = said();
    listener.postMessage('stop');
    const times = (await answer) as number[];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBeGreaterThan(40);
    // A blocked sender would leave gaps of 300 ms.
    expect(Math.max(...gaps)).toBeLessThan(200);
    await session.close();
    await peer.close();
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
