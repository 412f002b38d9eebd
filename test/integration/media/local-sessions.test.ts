import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MediaSession } from '../../../src/channel/media-port.ts';
import type { RecordRequest } from '../../../src/channel/record-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { SessionJoins } from '../../../src/media/session-joins.ts';
import { portPairs } from '../../support/port-pairs.ts';
import { strongestTone } from '../../support/tone.ts';

const OPEN = { address: '127.0.0.1', codecs: ['PCMU'] };

let directory: string;
let media: Media;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-local-'));
  media = await Media.start({ clock: systemClock, logger: silentLogger, rtpPorts: await portPairs(2), workers: 2 });
});
afterEach(async () => {
  await media.close();
  await rm(directory, { recursive: true });
});

/** Two sessions that are each other's far end. */
async function pair(near?: MediaSession): Promise<readonly [MediaSession, MediaSession]> {
  const one = await media.open({ ...OPEN, isLocal: true, near });
  const other = await media.open({ ...OPEN, isLocal: true, near: one });
  one.accept(other.answer(one.offer()));
  return [one, other];
}

function record(path: string): RecordRequest {
  return { path, format: 'PCM16', bargeIn: '', ifExists: 'overwrite', maxDurationMs: 600 };
}

function playTone(session: MediaSession, hertz: number) {
  const samples = Int16Array.from({ length: 8000 }, (_, at) => 8000 * Math.sin((2 * Math.PI * hertz * at) / 8000));
  return session.play({
    sources: [{ kind: 'samples', name: 'tone', samples, sampleRate: 8000 }],
    bargeIn: '',
    loop: true,
  });
}

async function samplesOf(path: string): Promise<Int16Array> {
  const file = await readFile(path);
  return new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2);
}

it('local sessions of a thread hear each other and have each other’s keys', async () => {
  const [one, other] = await pair();
  await Promise.all([playTone(one, 440).started, playTone(other, 880).started]);
  const paths = [join(directory, 'one.wav'), join(directory, 'other.wav')] as const;
  const recordings = [one.record(record(paths[0])), other.record(record(paths[1]))];
  await Promise.all(recordings.map(({ finished }) => finished));
  expect(strongestTone(await samplesOf(paths[0]), 8000, 880)).toBeGreaterThan(0.95);
  expect(strongestTone(await samplesOf(paths[1]), 8000, 440)).toBeGreaterThan(0.95);
  const { promise: key, resolve } = Promise.withResolvers<unknown>();
  other.listen(resolve);
  one.sendDigits({ digits: '5', onMs: 100, offMs: 50 });
  expect(await key).toEqual({ type: 'digit', digit: '5', by: 'RFC4733' });
});

it('sessions are carried by the thread of the one that they are near', async () => {
  const threadOf = (session: MediaSession): unknown => SessionJoins.of(session).engine;
  const first = await media.open(OPEN);
  // The other thread has fewer calls and would have been taken.
  const near = await media.open({ ...OPEN, near: first });
  const [one, other] = await pair(first);
  const [away] = await pair();
  for (const session of [near, one, other]) expect(threadOf(session)).toBe(threadOf(first));
  expect(threadOf(away)).not.toBe(threadOf(first));
  await first.close();
  const later = await media.open({ ...OPEN, near: first });
  expect(later.local.rtpPort).toBeGreaterThan(0);
});

it('a hundred pairs of local sessions take no port and leave nothing', async () => {
  for (let round = 0; round < 2; round++) {
    const pairs = await Promise.all(Array.from({ length: 100 }, () => pair()));
    const sessions = pairs.flat();
    await Promise.all(sessions.map((session) => playTone(session, 440).started));
    // All ports that there are.
    const calls = [await media.open(OPEN), await media.open(OPEN)];
    await Promise.all([...sessions, ...calls].map((session) => session.close()));
  }
});
