import { createSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/logger.ts';
import { Media } from '../../../src/media/media.ts';
import { startThread } from '../../../src/media/worker/engine-link.ts';
import type { EngineEvent } from '../../../src/media/worker/protocol.ts';
import { FliteThread } from '../../../src/speech/flite/flite-thread.ts';
import { portPairs } from '../../support/port-pairs.ts';

const ADDRESS = '127.0.0.1';
const SENTENCE = { text: 'Good morning.', voice: 'slt', rate: 1 };

/** With which code each thread has ended: 0 when it did so by itself, 1 when it was cut off. */
let codes: Promise<unknown>[];
let directory: string;

function note(message: unknown): void {
  codes.push(once((message as { worker: Worker }).worker, 'exit').then(([code]) => code));
}

/** From now on no time is long enough for a thread to be cut off, so that one that does not end by itself never does. */
function giveTime(): void {
  vi.spyOn(systemClock, 'schedule').mockReturnValue({ [Symbol.dispose]: () => undefined });
}

beforeEach(async () => {
  codes = [];
  directory = await mkdtemp(join(tmpdir(), 'offhook-threads-'));
  subscribe('worker_threads', note);
});
afterEach(async () => {
  vi.restoreAllMocks();
  unsubscribe('worker_threads', note);
  await rm(directory, { recursive: true });
});

it('of audio ends by itself when its user agent stops', async () => {
  const media = await Media.start({ clock: systemClock, logger: silentLogger, workers: 2 });
  const open = { address: ADDRESS, codecs: ['PCMU'] };
  const [caller, callee] = [await media.open(open), await media.open(open)];
  caller.accept(callee.answer(caller.offer()));
  const recording = callee.record({
    path: join(directory, 'a.wav'),
    format: 'PCM16',
    bargeIn: '',
    ifExists: 'fail',
  });
  await recording.started;
  giveTime();
  await media.close();
  expect(await Promise.all(codes)).toEqual([0, 0]);
  expect((await recording.finished).reason).toBe('closed');
});

it('of audio closes the files and sockets that are left, also those that are just being opened', async () => {
  const events: EngineEvent[] = [];
  const { promise: recording, resolve: isRecording } = Promise.withResolvers<void>();
  const take = (event: EngineEvent): void => {
    events.push(event);
    if (event.type === 'started') isRecording();
  };
  const lost = vi.fn();
  const link = await startThread({ event: take, lost });
  const { min } = await portPairs(2);
  const path = join(directory, 'b.wav');
  link.post({ type: 'open', call: 1, address: ADDRESS, rtpPort: min });
  await vi.waitFor(() => expect(events).toEqual([{ type: 'opened', call: 1 }]));
  link.post({
    type: 'record',
    call: 1,
    task: 1,
    request: { path, format: 'PCM16', bargeIn: '', ifExists: 'fail' },
  });
  await recording;
  giveTime();
  link.post({ type: 'open', call: 2, address: ADDRESS, rtpPort: min + 2 });
  await link.close();
  expect(await Promise.all(codes)).toEqual([0]);
  expect(lost).not.toHaveBeenCalled();
  expect((await readFile(path)).toString('latin1', 0, 4)).toBe('RIFF');
  for (const port of [min, min + 1, min + 2, min + 3]) {
    const socket = createSocket('udp4');
    socket.bind({ address: ADDRESS, port, exclusive: true });
    await once(socket, 'listening');
    socket.close();
  }
});

it('of speech ends by itself after what it has spoken', async () => {
  const flite = new FliteThread();
  await flite.speak(SENTENCE, new AbortController().signal);
  giveTime();
  await flite.close();
  expect(await Promise.all(codes)).toEqual([0]);
});

it('of speech ends by itself after what it is speaking, which nobody waits for', async () => {
  const flite = new FliteThread();
  const speaking = flite.speak(SENTENCE, new AbortController().signal);
  giveTime();
  const closing = flite.close();
  await expect(speaking).rejects.toMatchObject({ code: 'STOPPED' });
  await closing;
  expect(await Promise.all(codes)).toEqual([0]);
});
