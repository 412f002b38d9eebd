import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OpusFile } from '../../../../src/media/source/opus-file.ts';
import { handled } from '../../../../src/operation.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { until } from '../../../support/until.ts';

let folder: string;
let before: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-opus-'));
  before = process.env['FFMPEG_PATH'];
});
afterEach(async () => {
  if (before === undefined) delete process.env['FFMPEG_PATH'];
  else process.env['FFMPEG_PATH'] = before;
  await rm(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);

/** Puts a script in the place of ffmpeg. */
async function pretend(script: string): Promise<void> {
  const program = path('ffmpeg');
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['FFMPEG_PATH'] = program;
}

it('is not begun without ffmpeg: DECODER_MISSING', async () => {
  process.env['FFMPEG_PATH'] = path('nothing');
  await expect(OpusFile.prepare(path('a.ogg'), true)).rejects.toMatchObject({ code: 'DECODER_MISSING' });
  expect(await readdir(folder)).toEqual([]);
});

it('takes the place of the WAV file', async () => {
  await pretend('printf encoded');
  await writeFile(path('a.wav'), 'recorded');
  await writeFile(path('a.ogg'), 'an old one');
  const opus = await OpusFile.prepare(path('a.ogg'), true);
  expect(await opus.encode(path('a.wav'), 1)).toBe(7);
  expect(await readFile(path('a.ogg'), 'utf8')).toBe('encoded');
  expect((await readdir(folder)).sort()).toEqual(['a.ogg', 'ffmpeg']);
});

it.each([
  ['complains', 'echo "[error] there is no libopus" >&2; exit 1', /there is no libopus/],
  ['says nothing', 'exit 3', /ended with code 3/],
  ['writes nothing', 'exit 0', /code 0/],
  ['is killed half-way', 'printf half; kill -9 $$', /code null/],
])('keeps the WAV file when ffmpeg %s', async (_, script, message) => {
  await pretend(script);
  await writeFile(path('a.wav'), 'recorded');
  const opus = await OpusFile.prepare(path('a.ogg'), true);
  const error = { code: 'FILE_UNWRITABLE', message: expect.stringMatching(message) };
  await expect(opus.encode(path('a.wav'), 1)).rejects.toMatchObject(error);
  await expect(opus.encode(path('a.wav'), 1)).rejects.toThrow(`kept as ${path('a.wav')}`);
  expect((await readdir(folder)).sort()).toEqual(['a.wav', 'ffmpeg']);
});

it('replaces nothing that it may not replace, also what has come meanwhile', async () => {
  await pretend('printf encoded');
  await writeFile(path('a.wav'), 'recorded');
  const opus = await OpusFile.prepare(path('a.ogg'), false);
  await writeFile(path('a.ogg'), 'of somebody else');
  await expect(opus.encode(path('a.wav'), 1)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  await expect(OpusFile.prepare(path('a.ogg'), false)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect(await readFile(path('a.ogg'), 'utf8')).toBe('of somebody else');
  expect((await readdir(folder)).sort()).toEqual(['a.ogg', 'a.wav', 'ffmpeg']);
  await expect(OpusFile.prepare(folder, true)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
});

it('ends an ffmpeg that gives nothing for a minute, and keeps the WAV file', async () => {
  await pretend('exec sleep 1000');
  await writeFile(path('a.wav'), 'recorded');
  const clock = new VirtualClock();
  const opus = await OpusFile.prepare(path('a.ogg'), true, clock);
  const encoding = handled(opus.encode(path('a.wav'), 1));
  await until('ffmpeg runs', () => clock.pending === 1);
  clock.advance(60_000);
  const error = { code: 'FILE_UNWRITABLE', message: expect.stringContaining('gave nothing for 60 s') };
  await expect(encoding).rejects.toMatchObject(error);
  expect([clock.pending, (await readdir(folder)).sort()]).toEqual([0, ['a.wav', 'ffmpeg']]);
});
