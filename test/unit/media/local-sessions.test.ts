import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MediaEvent, MediaOpenOptions, MediaSession } from '../../../src/channel/media-port.ts';
import { silentLogger } from '../../../src/logger.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { Media } from '../../../src/media/media.ts';
import { rawOffer } from '../../integration/media/raw-audio.ts';
import { MemoryPacketIo } from '../../support/memory-packet-io.ts';
import { StallingClock } from '../../support/stalling-clock.ts';

const OPEN = { address: '192.0.2.1', codecs: ['PCMU', 'PCMA'] };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-local-'));
});
afterAll(() => rm(directory, { recursive: true }));

let clock: StallingClock;
let io: MemoryPacketIo;
let media: Media;
beforeEach(async () => {
  clock = new StallingClock();
  io = new MemoryPacketIo();
  // Numbers that local sessions have as well.
  const rtpPorts = { min: 20, max: 23 };
  media = await Media.start({ clock, logger: silentLogger, rtpPorts, inline: { io, random: Math.random } });
});

/** Two sessions that are each other's far end. */
async function pair(options: Partial<MediaOpenOptions> = {}): Promise<readonly [MediaSession, MediaSession]> {
  const one = await media.open({ ...OPEN, isLocal: true, ...options });
  const other = await media.open({ ...OPEN, isLocal: true, near: one, ...options });
  one.accept(other.answer(one.offer()));
  return [one, other];
}

/** Lets virtual time pass, with pauses in which what is played can be fetched and files be written. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 20) {
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function eventsOf(session: MediaSession): readonly MediaEvent[] {
  const events: MediaEvent[] = [];
  session.listen((event) => events.push(event));
  return events;
}

/** Keeps what a session hears. */
function hear(session: MediaSession): { samples: number[] } {
  const heard: { samples: number[] } = { samples: [] };
  session.streams.tap({ sampleRate: 8000, frameMs: 20 }, (samples) => heard.samples.push(...samples));
  return heard;
}

/** Loud samples of which no two parts are alike. */
function noise(seed: number, ms: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: ms * 8 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return ((state >>> 16) % 16_000) - 8000;
  });
}

/** Begins to play samples. */
async function play(session: MediaSession, samples: Int16Array): Promise<void> {
  const source = { kind: 'samples', name: 'noise', samples, sampleRate: 8000 } as const;
  await session.play({ sources: [source], bargeIn: '' }).started;
}

/** What is left of samples that have gone through a codec. */
function coded(samples: Int16Array, law: Law): number[] {
  const bytes = new Uint8Array(samples.length);
  encodeG711(law, samples, 0, bytes, 0, samples.length);
  const back = new Int16Array(samples.length);
  decodeG711(law, bytes, 0, back, 0, samples.length);
  return [...back];
}

/** The part of what was heard that is as long as `samples` and begins where these begin. */
function heardOf({ samples: heard }: { readonly samples: readonly number[] }, samples: readonly number[]): number[] {
  const begins = heard.findIndex((_, at) =>
    samples.slice(0, 40).every((sample, index) => heard[at + index] === sample),
  );
  return begins < 0 ? [] : heard.slice(begins, begins + samples.length);
}

const DIGITS = { digits: '12#', onMs: 100, offMs: 60 };

describe('local sessions', () => {
  it('hear each other sample for sample, at once, without any port', async () => {
    const [one, other] = await pair();
    const [first, second] = [noise(1, 10_000), noise(2, 10_000)];
    const [atOne, atOther] = [hear(one), hear(other)];
    await play(one, first);
    await play(other, second);
    await pass(11_000);
    const wanted = [coded(second, PCMU), coded(first, PCMU)];
    expect(heardOf(atOne, wanted[0] ?? [])).toEqual(wanted[0]);
    expect(heardOf(atOther, wanted[1] ?? [])).toEqual(wanted[1]);
    expect([io.ports]).toEqual([0]);
    await media.close();
  });

  it.each([
    ['PCMA', PCMA],
    ['PCMU', PCMU],
  ] as const)('speak the law that both have: %s', async (codec, law) => {
    const one = await media.open({ ...OPEN, isLocal: true });
    const other = await media.open({ ...OPEN, isLocal: true, near: one, codecs: [codec] });
    one.accept(other.answer(one.offer()));
    const heard = hear(other);
    const samples = noise(3, 500);
    await play(one, samples);
    await pass(1000);
    expect(heardOf(heard, coded(samples, law))).toEqual(coded(samples, law));
    expect((await one.statistics()).codec).toBe(codec);
    await media.close();
  });

  it('lose nothing and wait no longer than they must', async () => {
    const [one, other] = await pair();
    await play(one, noise(1, 5000));
    await pass(20_000);
    const [statistics, sent] = [await other.statistics(), await one.statistics()];
    expect(statistics).toMatchObject({ packetsLost: 0, packetsDiscarded: 0, framesConcealed: 0, jitterMs: 0 });
    expect(statistics.bufferMs).toBeLessThanOrEqual(20);
    expect(sent.packetsSent - statistics.packetsReceived).toBeLessThanOrEqual(2);
    await media.close();
  });

  it.each([
    [0, 1],
    [1, 0],
  ] as const)('lose nothing when the thread stands still, and are a frame later at most', async (talker, listener) => {
    const sessions = await pair();
    await play(sessions[talker], noise(1, 10_000));
    for (const ms of [150, 310, 1000]) {
      await pass(1000);
      clock.stall(ms);
      await pass(1000);
      const { packetsDiscarded, bufferMs } = await sessions[listener].statistics();
      expect(packetsDiscarded).toBe(0);
      expect(bufferMs).toBeLessThanOrEqual(60);
    }
    await media.close();
  });

  it('send each other keys as telephone-events', async () => {
    const [one, other] = await pair();
    const events = eventsOf(other);
    await pass(200);
    const sending = one.sendDigits(DIGITS);
    await pass(1000);
    expect(await sending.finished).toMatchObject({ reason: 'completed' });
    expect(events).toEqual([...'12#'].map((digit) => ({ type: 'digit', digit, by: 'RFC4733' })));
    await media.close();
  });

  it('bear that a key has either of them closed before anything else happens', async () => {
    for (const closed of ['one', 'other'] as const) {
      const [one, other] = await pair();
      let closing: Promise<void> | undefined;
      other.listen(() => {
        closing ??= (closed === 'one' ? one : other).close();
      });
      await pass(200);
      const sending = one.sendDigits(DIGITS);
      await pass(1000);
      await closing;
      expect((await sending.finished).reason).toBe(closed === 'one' ? 'closed' : 'completed');
      expect((await one.statistics()).packetsSent).toBeGreaterThan(10);
    }
    await media.close();
  });

  it('record what the other one plays', async () => {
    const [one, other] = await pair();
    const path = join(directory, 'heard.wav');
    const recording = other.record({ path, format: 'PCM16', bargeIn: '', ifExists: 'overwrite' });
    await recording.started;
    const samples = noise(5, 1000);
    await play(one, samples);
    await pass(1500);
    recording.stop();
    expect(await recording.finished).toMatchObject({ reason: 'stopped', audioDetected: true });
    const file = await readFile(path);
    const wav = new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2);
    expect(heardOf({ samples: [...wav] }, coded(samples, PCMU))).toEqual(coded(samples, PCMU));
    await media.close();
  });

  it('are silent on hold, go on afterwards, and count nobody as gone', async () => {
    const [one, other] = await pair({ mediaTimeout: 1000 });
    const events = [eventsOf(one), eventsOf(other)];
    one.answered();
    other.answered();
    await play(one, noise(1, 60_000));
    const heard = hear(other);
    const isHeard = (): boolean => heard.samples.splice(0).some((sample) => sample !== 0);
    await pass(2000);
    expect(isHeard()).toBe(true);
    one.accept(other.answer(one.offer('inactive')));
    await pass(100);
    isHeard();
    await pass(5000);
    expect([isHeard(), one.direction, other.direction]).toEqual([false, 'inactive', 'inactive']);
    one.accept(other.answer(one.offer('sendrecv')));
    await pass(2000);
    expect([isHeard(), events]).toEqual([true, [[], []]]);
    await media.close();
  });

  it('know that the other one is gone by the media timeout alone, and are quiet', async () => {
    const [one, other] = await pair({ mediaTimeout: 1000 });
    const events = eventsOf(other);
    other.answered();
    await play(one, noise(1, 60_000));
    await pass(1000);
    await one.close();
    const heard = hear(other);
    await pass(200);
    heard.samples.splice(0);
    await pass(2000);
    expect(heard.samples.some((sample) => sample !== 0)).toBe(false);
    expect(events).toEqual([{ type: 'silent', ms: 1000 }]);
    await play(other, noise(2, 1000));
    await pass(1500);
    await media.close();
  });

  it('can be linked to a call near them, which then hears the other end', async () => {
    const heardOutside: Uint8Array[] = [];
    const ports = await io.open('192.0.2.9', 4000, {
      receiveRtp: (packet) => heardOutside.push(packet.slice(12)),
      receiveRtcp: () => undefined,
    });
    const call = await media.open(OPEN);
    call.answer(rawOffer('192.0.2.9', 4000));
    const one = await media.open({ ...OPEN, isLocal: true, near: call });
    const other = await media.open({ ...OPEN, isLocal: true, near: one });
    one.accept(other.answer(one.offer()));
    one.link(call);
    const samples = noise(7, 500);
    await play(other, samples);
    await pass(1000);
    const bytes = new Uint8Array(samples.length);
    encodeG711(PCMU, samples, 0, bytes, 0, samples.length);
    expect(Buffer.concat(heardOutside).indexOf(bytes)).toBeGreaterThan(0);
    ports.close();
    await media.close();
  });

  it('leave nothing behind, a hundred pairs of them', async () => {
    const pairs = await Promise.all(Array.from({ length: 100 }, () => pair()));
    for (const [one, other] of pairs) {
      one.echo();
      await play(other, noise(1, 5000));
    }
    await pass(1000);
    expect(clock.pending).toBeGreaterThan(0);
    for (const [one, other] of pairs) {
      const both = [one.close(), other.close()];
      await Promise.all(both);
    }
    expect([clock.pending, io.ports]).toEqual([0, 0]);
    expect(await media.open(OPEN).then((session) => session.local.address)).toBe(OPEN.address);
    await media.close();
  });

  it('have numbers that are no ports: nothing is given back with them', async () => {
    const calls = [await media.open(OPEN), await media.open(OPEN)];
    const sessions = (await Promise.all(Array.from({ length: 10 }, () => pair()))).flat();
    const ports = (of: readonly MediaSession[]): number[] => of.map(({ local }) => local.rtpPort);
    expect(ports(sessions)).toEqual(expect.arrayContaining(ports(calls)));
    const closing = sessions.map((session) => session.close());
    await expect(media.open(OPEN)).rejects.toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await Promise.all(closing);
    await expect(media.open(OPEN)).rejects.toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await media.close();
  });

  it('are refused when the user agent has stopped', async () => {
    await media.close();
    await expect(media.open({ ...OPEN, isLocal: true })).rejects.toMatchObject({ code: 'STOPPED' });
  });
});
