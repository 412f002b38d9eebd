import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MediaEvent, MediaSession } from '../../../src/channel/media-port.ts';
import type { RecordRequest } from '../../../src/channel/record-port.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media, type MediaOptions } from '../../../src/media/media.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { fileSource } from '../../support/file-source.ts';
import { MemoryPacketIo } from '../../support/memory-packet-io.ts';
import { toneShare } from '../../support/tone.ts';
import { bytesOf, sine, wavBytes } from './wav/wav-bytes.ts';

let directory: string;
let prompt: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-media-'));
  prompt = join(directory, 'prompt.wav');
  await writeFile(prompt, wavBytes(bytesOf(sine(440, 8000, 8000))));
});
afterAll(() => rm(directory, { recursive: true }));

let clock: VirtualClock;
let io: MemoryPacketIo;
let media: Media;
beforeEach(async () => {
  clock = new VirtualClock();
  io = new MemoryPacketIo();
  media = await start();
});

function start(options: Partial<MediaOptions> = {}): Promise<Media> {
  const rtpPorts = { min: 20_000, max: 20_099 };
  return Media.start({ clock, logger: silentLogger, rtpPorts, inline: { io, random: Math.random }, ...options });
}

const OPEN = { address: '192.0.2.1', codecs: ['PCMU', 'PCMA'] };

/** Two sessions that have negotiated with each other. */
async function pair(): Promise<[MediaSession, MediaSession]> {
  const caller = await media.open(OPEN);
  const callee = await media.open(OPEN);
  caller.accept(callee.answer(caller.offer()));
  return [caller, callee];
}

/** Lets virtual time pass, with real pauses in which files can be read and written, until `promise` is settled. */
async function passUntil<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const watch = (): void => {
    settled = true;
  };
  promise.then(watch, watch);
  for (let step = 0; !settled && step < 20_000; step++) {
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

function record(name: string, more: Partial<RecordRequest> = {}): RecordRequest {
  return { path: join(directory, name), format: 'PCM16', bargeIn: '', ifExists: 'overwrite', ...more };
}

describe('a session', () => {
  it('carries a prompt to the far end’s recording', async () => {
    const [caller, callee] = await pair();
    const recording = callee.record(record('a.wav'));
    await recording.started;
    const playing = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    await playing.started;
    expect(await passUntil(playing.finished)).toMatchObject({ reason: 'completed', playedMs: 1000 });
    for (let frame = 0; frame < 20; frame++) clock.advance(20);
    recording.stop();
    const outcome = await passUntil(recording.finished);
    expect(outcome).toMatchObject({ reason: 'stopped', audioDetected: true });
    const file = await readFile(join(directory, 'a.wav'));
    expect(file).toHaveLength(outcome.bytes);
    const samples = new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2);
    const begin = samples.findIndex((sample) => Math.abs(sample) > 5000);
    expect(toneShare(samples.subarray(begin, begin + 7500), 8000, 440)).toBeGreaterThan(0.99);
    await media.close();
    expect(clock.pending).toBe(0);
    expect(io.ports).toBe(0);
  });

  it('knows its own address and direction', async () => {
    const session = await media.open({ ...OPEN, publicAddress: '203.0.113.1' });
    expect(session.direction).toBeUndefined();
    const { rtpPort } = session.local;
    expect(session.local).toEqual({ address: '203.0.113.1', rtpPort, rtcpPort: rtpPort + 1 });
    expect(session.offer().media[0]).toMatchObject({ port: rtpPort, connection: { address: '203.0.113.1' } });
    await media.close();
  });

  it('raises the version of its description when that changes, and only then (RFC 3264 section 8)', async () => {
    const [caller, callee] = await pair();
    const first = caller.offer();
    expect(caller.offer().origin).toEqual(first.origin);
    const held = caller.offer('sendonly');
    expect(BigInt(held.origin.sessionVersion)).toBe(BigInt(first.origin.sessionVersion) + 1n);
    caller.accept(callee.answer(held));
    expect([caller.direction, callee.direction]).toEqual(['sendonly', 'recvonly']);
    // Our own wish stays in force when the far end offers something.
    expect(caller.answer(callee.offer()).media[0]?.direction).toBe('sendonly');
    await media.close();
  });

  it('leaves everything as it was when an offer cannot be used', async () => {
    const [caller, callee] = await pair();
    const video = { ...caller.offer(), media: [] };
    expect(() => callee.answer(video)).toThrowError(expect.objectContaining({ code: 'NO_COMMON_CODEC' }));
    expect(callee.direction).toBe('sendrecv');
    expect(() => callee.accept(video)).toThrowError(expect.objectContaining({ code: 'INVALID_STATE' }));
    await media.close();
  });

  it('hears each digit once, and a digit ends the prompt', async () => {
    const [caller, callee] = await pair();
    const events: MediaEvent[] = [];
    callee.listen((event) => events.push(event));
    const playing = callee.play({ sources: [fileSource(prompt)], bargeIn: '#', loop: true });
    await passUntil(playing.started);
    const digits = caller.sendDigits({ digits: '1,1#', onMs: 100, offMs: 60 });
    expect(await passUntil(playing.finished)).toMatchObject({ reason: 'bargein' });
    expect(await passUntil(digits.finished)).toEqual({ reason: 'completed', error: undefined });
    expect(events.map((event) => event.type === 'digit' && event.digit)).toEqual(['1', '1', '#']);
    await media.close();
  });

  it('keeps digits that came before anybody listened', async () => {
    const [caller, callee] = await pair();
    await passUntil(caller.sendDigits({ digits: '42', onMs: 60, offMs: 60 }).finished);
    const events: MediaEvent[] = [];
    callee.listen((event) => events.push(event));
    expect(events).toHaveLength(2);
    await media.close();
  });

  it('loops a prompt without an end, and does not loop what is empty', async () => {
    const [caller] = await pair();
    const empty = join(directory, 'empty.wav');
    await writeFile(empty, wavBytes(new Uint8Array(0)));
    expect(
      await passUntil(caller.play({ sources: [fileSource(empty)], bargeIn: '', loop: true }).finished),
    ).toMatchObject({
      reason: 'completed',
      playedMs: 0,
    });
    const playing = caller.play({ sources: [fileSource(prompt)], bargeIn: '', loop: true });
    await passUntil(playing.started);
    for (let frame = 0; frame < 500; frame++) {
      clock.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    playing.stop();
    const { reason, playedMs } = await passUntil(playing.finished);
    expect(reason).toBe('stopped');
    // More than once, however long the disk took.
    expect(playedMs).toBeGreaterThan(2000);
    await media.close();
  });

  it('rejects a file before any audio is sent', async () => {
    const [caller] = await pair();
    const playing = caller.play({ sources: [fileSource(join(directory, 'none.wav'))], bargeIn: '' });
    await expect(passUntil(playing.started)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await playing.finished).toMatchObject({ reason: 'error', playedMs: 0, error: { code: 'FILE_NOT_FOUND' } });
    // And the session can go on.
    expect(await passUntil(caller.play({ sources: [fileSource(prompt)], bargeIn: '' }).finished)).toMatchObject({
      reason: 'completed',
    });
    await media.close();
  });

  it('rejects a recording that cannot be written, and one that would overwrite', async () => {
    const [caller] = await pair();
    const nowhere = caller.record(record('no/such/directory.wav'));
    await expect(passUntil(nowhere.started)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(await nowhere.finished).toMatchObject({ reason: 'error', bytes: 0 });
    await writeFile(join(directory, 'there.wav'), 'x');
    const there = caller.record(record('there.wav', { ifExists: 'fail' }));
    await expect(passUntil(there.started)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await media.close();
  });

  it('does one thing of a kind at a time', async () => {
    const [caller] = await pair();
    const first = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    const second = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    await expect(passUntil(second.started)).rejects.toMatchObject({ code: 'BUSY' });
    const recording = caller.record(record('one.wav'));
    await expect(passUntil(caller.record(record('two.wav')).started)).rejects.toMatchObject({ code: 'BUSY' });
    const echo = caller.echo();
    await passUntil(echo.started);
    await expect(passUntil(caller.echo().started)).rejects.toMatchObject({ code: 'BUSY' });
    expect(await passUntil(first.finished)).toMatchObject({ reason: 'completed' });
    recording.stop();
    await passUntil(recording.finished);
    await media.close();
  });

  it('sends no digits to a far end that takes none', async () => {
    const caller = await media.open(OPEN);
    const callee = await media.open(OPEN);
    const offer = callee.offer();
    const plain = offer.media.map((line) => ({
      ...line,
      payloads: line.payloads.filter(({ encoding }) => encoding !== 'telephone-event'),
    }));
    caller.answer({ ...offer, media: plain });
    const digits = caller.sendDigits({ digits: '1', onMs: 100, offMs: 60 });
    await expect(passUntil(digits.started)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await media.close();
  });

  it('ends all that runs when it is closed, and refuses what comes later', async () => {
    const [caller] = await pair();
    const playing = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    const recording = caller.record(record('closed.wav'));
    await passUntil(Promise.all([playing.started, recording.started]));
    clock.advance(500);
    const opening = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    await passUntil(caller.close());
    expect(await playing.finished).toMatchObject({ reason: 'closed' });
    expect(await recording.finished).toMatchObject({ reason: 'closed' });
    await opening.finished;
    const late = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    await expect(late.started).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect((await late.finished).reason).toBe('closed');
    expect((await caller.statistics()).packetsSent).toBeGreaterThan(20);
    await caller.close();
    await media.close();
  });

  it('can be closed while files are being opened', async () => {
    const [caller] = await pair();
    const playing = caller.play({ sources: [fileSource(prompt)], bargeIn: '' });
    const recording = caller.record(record('early.wav'));
    await caller.close();
    expect(await playing.finished).toMatchObject({ reason: 'closed', playedMs: 0 });
    expect(await recording.finished).toMatchObject({ reason: 'closed', durationMs: 0, bytes: 44 });
    await media.close();
  });
});

it('plays a prompt again from memory, heard the same, as long as the file stays as it is', async () => {
  clock = new VirtualClock(Date.now() + 60_000);
  const cached = await start();
  const path = join(directory, 'often.wav');
  await writeFile(path, wavBytes(bytesOf(sine(440, 16_000, 32_000)), { sampleRate: 16_000 }));
  const [caller, callee] = [await cached.open(OPEN), await cached.open(OPEN)];
  caller.accept(callee.answer(caller.offer()));
  // The second time it begins with what was read the first time, and goes on from the disk.
  const cut = caller.play({ sources: [fileSource(path)], bargeIn: '' });
  await cut.started;
  clock.advance(600);
  cut.stop();
  expect(await cut.finished).toMatchObject({ reason: 'stopped' });
  // Virtual time does not wait for the disk, so that there are gaps in what is read from there.
  expect((await passUntil(caller.play({ sources: [fileSource(path)], bargeIn: '' }).finished)).reason).toBe(
    'completed',
  );
  for (const loop of [false, true]) {
    // What the far end's jitter buffer still holds of the prompt before.
    clock.advance(400);
    const recording = callee.record(record('heard.wav', { maxDurationMs: 2500 }));
    await recording.started;
    const playing = caller.play({ sources: [fileSource(path)], bargeIn: '', loop });
    await playing.started;
    expect(await passUntil(recording.finished)).toMatchObject({ reason: 'timeout' });
    playing.stop();
    const { reason, playedMs } = await playing.finished;
    expect(reason).toBe(loop ? 'stopped' : 'completed');
    expect(playedMs).toBeGreaterThanOrEqual(2000);
    const file = await readFile(join(directory, 'heard.wav'));
    const samples = new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2);
    const begin = samples.findIndex((sample) => Math.abs(sample) > 5000);
    expect(toneShare(samples.subarray(begin, begin + 15_000), 8000, 440)).toBeGreaterThan(0.99);
  }
  await rm(path);
  const gone = caller.play({ sources: [fileSource(path)], bargeIn: '' });
  await expect(passUntil(gone.started)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await cached.close();
  await media.close();
});

describe('ports', () => {
  it('of a call that is closing are waited for', async () => {
    const some = await start({ rtpPorts: { min: 20_000, max: 20_001 } });
    const first = await some.open(OPEN);
    const closing = first.close();
    const [second, third] = [some.open(OPEN), some.open(OPEN)];
    expect((await second).local.rtpPort).toBe(20_000);
    await expect(third).rejects.toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await closing;
    await some.close();
    await media.close();
  });

  it('of other programs are skipped', async () => {
    const some = await start({ rtpPorts: { min: 20_000, max: 20_007 } });
    io.foreign.add(20_000).add(20_004).add(20_006);
    const session = await some.open(OPEN);
    expect(session.local.rtpPort).toBe(20_002);
    await expect(some.open(OPEN)).rejects.toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await session.close();
    const again = await some.open(OPEN);
    expect(again.local.rtpPort).toBe(20_002);
    await some.close();
    await media.close();
  });

  it('are opened ahead while many calls come, and given back when none do', async () => {
    const some = await start({ rtpPorts: { min: 20_000, max: 21_999 } });
    for (let call = 0; call < 20; call++) {
      await some.open(OPEN);
      clock.advance(5);
    }
    expect(io.ports).toBeGreaterThan(20);
    clock.advance(900);
    await some.open({ ...OPEN, address: '192.0.2.2' });
    expect(io.ports).toBeGreaterThan(21);
    clock.advance(900);
    expect(io.ports).toBeGreaterThan(21);
    clock.advance(200);
    expect(io.ports).toBe(21);
    await some.close();
    expect(io.ports).toBe(0);
    await media.close();
  });

  it('that are open ahead are closed with the media', async () => {
    const some = await start({ rtpPorts: { min: 20_000, max: 21_999 } });
    for (let call = 0; call < 20; call++) await some.open(OPEN);
    expect(io.ports).toBeGreaterThan(20);
    await some.close();
    expect(io.ports).toBe(0);
    await media.close();
  });

  it('that are open ahead at one address are there for calls at another', async () => {
    const some = await start({ rtpPorts: { min: 20_000, max: 20_031 } });
    for (let call = 0; call < 9; call++) await some.open(OPEN);
    const rest = Array.from({ length: 7 }, () => some.open({ ...OPEN, address: '192.0.2.2' }));
    await Promise.all(rest);
    expect(io.ports).toBe(16);
    await some.close();
    await media.close();
  });

  it('are all free again when the media is closed', async () => {
    for (let index = 0; index < 50; index++) await media.open(OPEN);
    await expect(media.open(OPEN)).rejects.toMatchObject({
      code: 'PORTS_EXHAUSTED',
      message: expect.stringContaining('50 pairs'),
    });
    await media.close();
    expect(io.ports).toBe(0);
    await expect(media.open(OPEN)).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

describe('options', () => {
  it.each([
    [{ rtpPorts: { min: 20_001, max: 20_002 } }, /rtpPorts/],
    [{ rtpPorts: { min: 0, max: 100 } }, /rtpPorts/],
    [{ rtpPorts: { min: 60_000, max: 70_000 } }, /rtpPorts/],
    [{ workers: 0 }, /workers/],
    [{ workers: 1.5 }, /workers/],
  ])('%j are refused by name', async (options, message) => {
    await expect(start(options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  });

  it('with an unknown codec are refused', async () => {
    await expect(media.open({ ...OPEN, codecs: ['PCMU', 'G729'] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(media.open({ ...OPEN, codecs: [] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
