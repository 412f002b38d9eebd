import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg } from '../../../../src/media/source/ffmpeg-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-path-'));
  await mkdir(join(folder, 'a', 'ffmpeg'), { recursive: true });
  await mkdir(join(folder, 'b'));
  await mkdir(join(folder, 'c'));
  await writeFile(join(folder, 'b', 'ffmpeg'), 'not executable');
  await writeFile(join(folder, 'c', 'ffmpeg'), '#!/bin/sh\n');
  await chmod(join(folder, 'c', 'ffmpeg'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

describe('ffmpeg', () => {
  it('is the first program of that name on the PATH', async () => {
    const PATH = ['', 'a', 'b', 'nowhere', 'c'].map((name) => name && join(folder, name)).join(delimiter);
    expect(await findFfmpeg({ PATH })).toBe(join(folder, 'c', 'ffmpeg'));
  });

  it('is what FFMPEG_PATH names', async () => {
    expect(await findFfmpeg({ PATH: '', FFMPEG_PATH: join(folder, 'c', 'ffmpeg') })).toBe(join(folder, 'c', 'ffmpeg'));
  });

  it.each([[{}], [{ PATH: '' }], [{ PATH: '/nowhere', FFMPEG_PATH: '' }]])(
    'is missing with %o, and the message says what to do',
    async (environment) => {
      await expect(findFfmpeg(environment)).rejects.toMatchObject({
        code: 'DECODER_MISSING',
        message: expect.stringMatching(/apt-get install ffmpeg.*FFMPEG_PATH/) as string,
      });
    },
  );

  it.each(['nowhere', 'a/ffmpeg', 'b/ffmpeg'])(
    'is missing when FFMPEG_PATH names %s, even with one on the PATH',
    async (name) => {
      const FFMPEG_PATH = join(folder, name);
      await expect(findFfmpeg({ PATH: join(folder, 'c'), FFMPEG_PATH })).rejects.toMatchObject({
        code: 'DECODER_MISSING',
        message: expect.stringContaining(FFMPEG_PATH) as string,
      });
    },
  );
});
