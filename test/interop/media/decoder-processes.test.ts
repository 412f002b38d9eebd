import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { awaitDisk } from '../../../src/disk.ts';
import { MediaDecoder } from '../../../src/media/source/media-decoder.ts';
import { childrenOf, isRunning } from '../../support/children.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { makeSound } from '../../support/sounds-of-kinds.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;
const decoder = new MediaDecoder({ clock: systemClock, awaitDisk });
const HOUR_S = 3600;

let directory: string;
let long: string;
let others: readonly number[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-processes-'));
  others = await childrenOf();
});
afterAll(() => rm(directory, { recursive: true }));

afterEach(async () => {
  expect(await childrenOf()).toEqual(others);
});

async function ownChild(): Promise<number> {
  const own = (await childrenOf()).filter((pid) => !others.includes(pid));
  expect(own).toHaveLength(1);
  return own[0] ?? 0;
}

/** Bytes that a process has read and written so far. */
async function traffic(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8');
  return text.split('\n', 2).join(' ');
}

async function streamOf(path: string, how: 'file' | 'bytes' = 'file') {
  const source =
    how === 'file' ? await decoder.file(path, path, never) : await decoder.bytes(await readFile(path), path, never);
  if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
  return source.stream;
}

describeWithPeer('ffmpeg', 'an hour of sound', () => {
  beforeAll(async () => {
    long = await makeSound(directory, HOUR_S, 'hour.mp3', '-c:a', 'libmp3lame', '-b:a', '32k', '-ar', '16000');
  }, 120_000);

  it('is decoded no further than somebody listens, and all of it when somebody does', async () => {
    const stream = await streamOf(long);
    const pid = await ownChild();
    let samples = (await stream.read())?.length ?? 0;
    let before = '';
    await until('ffmpeg to stand still', async () => {
      const now = await traffic(pid);
      const still = now === before;
      before = now;
      return still;
    });
    const written = Number(/wchar: (\d+)/.exec(before)?.[1]);
    // A pipe of the system and one piece of Node, of 57.6 MB.
    expect(written).toBeLessThan(1_000_000);
    for (let piece = await stream.read(); piece; piece = await stream.read()) {
      // A second.
      expect(piece.length).toBeLessThanOrEqual(8000);
      samples += piece.length;
    }
    expect(samples / 8000 / HOUR_S).toBeCloseTo(1, 3);
    await stream.close();
  });

  it('takes no more memory from a pipe than from a file', async () => {
    const stream = await streamOf(long, 'bytes');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let piece = await stream.read(); piece; piece = await stream.read()) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    await stream.close();
    // Of 57.6 MB; what nobody has collected yet counts too.
    expect(most).toBeLessThan(40_000_000);
  });

  it('leaves no process when it is stopped at any moment, fifty times', async () => {
    for (let round = 0; round < 50; round++) {
      const abort = new AbortController();
      const how = round % 2 === 0 ? 'file' : 'bytes';
      const opening =
        how === 'file'
          ? decoder.file(long, 'hour', abort.signal)
          : decoder.bytes(await readFile(long), 'hour', abort.signal);
      if (round % 5 === 0) {
        // At another place each time: before the program is found, while it starts, once it runs.
        for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve));
        abort.abort(new Error('changed my mind'));
        await expect(opening).rejects.toThrow('changed my mind');
      } else {
        const source = await opening;
        if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
        for (let piece = 0; piece < round % 7; piece++) await source.stream.read();
        const reading = round % 3 === 0 ? source.stream.read() : undefined;
        await source.stream.close();
        await reading;
        await source.stream.close();
        expect(await source.stream.read()).toBeUndefined();
      }
      expect(await childrenOf()).toEqual(others);
    }
  });

  it.each(['SIGTERM', 'SIGKILL'])('rejects while it is played when somebody sends ffmpeg a %s', async (signal) => {
    const stream = await streamOf(long);
    process.kill(await ownChild(), signal);
    const toTheEnd = async (): Promise<void> => {
      while (await stream.read());
    };
    await expect(toTheEnd()).rejects.toMatchObject({ code: 'FILE_INVALID' });
    await stream.close();
  });
});

describeWithPeer('ffmpeg', 'a program that plays', () => {
  const PROGRAM = `
    const [, , decoder, clock, path, how] = process.argv;
    const { MediaDecoder } = await import(decoder);
    const { systemClock } = await import(clock);
    const { readFile } = await import('node:fs/promises');
    const media = new MediaDecoder({ clock: systemClock, awaitDisk: (work) => work });
    const { signal } = new AbortController();
    const source = await (how.startsWith('bytes') ? media.bytes(await readFile(path), 'a', signal) : media.file(path, 'a', signal));
    await source.stream.read();
    console.log('playing');
    process.stdin.once('data', () => {
      if (how.endsWith('exit')) process.exit(3);
      if (how.endsWith('throw')) throw new Error('uncaught');
    });
  `;

  describe.each(['file', 'bytes'])('a %s', (input) => {
    it.each(['exit', 'throw', 'SIGTERM', 'SIGKILL'])('leaves no ffmpeg when it ends by %s', async (end) => {
      const path = join(directory, 'hour.mp3');
      const program = join(directory, 'program.mjs');
      await writeFile(program, PROGRAM);
      const source = (file: string): string => new URL(`../../../src/${file}`, import.meta.url).href;
      const args = [source('media/source/media-decoder.ts'), source('clock.ts'), path, `${input}-${end}`];
      const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      const ffmpegs = await childrenOf(child.pid);
      expect(ffmpegs).toHaveLength(1);
      if (end.startsWith('SIG')) child.kill(end as NodeJS.Signals);
      else child.stdin.write('now\n');
      await ended;
      for (const pid of ffmpegs) await until('the end of ffmpeg', async () => !(await isRunning(pid)));
    });
  });
});
