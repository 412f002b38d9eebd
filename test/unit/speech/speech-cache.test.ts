import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/logger.ts';
import { SpeechCache, type SpeechCacheOptions } from '../../../src/speech/speech-cache.ts';

let folder: string;
const warnings: unknown[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-cache-'));
  warnings.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

function cacheOf(options: Partial<SpeechCacheOptions> = {}): SpeechCache {
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  return new SpeechCache({ directory: folder, awaitDisk: (work) => work, logger, ...options });
}

const name = (number: number): string => number.toString(16).padStart(64, '0');
const samples = (bytes: number): readonly Int16Array[] => [new Int16Array((bytes - 44) / 2)];

/** Makes a file so many seconds older than it is. */
async function age(file: string, seconds: number): Promise<void> {
  const { mtimeMs } = await stat(file);
  await utimes(file, mtimeMs / 1000 - seconds, mtimeMs / 1000 - seconds);
}

describe('the cache of speech', () => {
  it('keeps speech as WAV files that only this user can read', async () => {
    const cache = cacheOf({ directory: join(folder, 'made', 'here') });
    expect(await cache.find(name(1))).toBeUndefined();
    await cache.put(name(1), [Int16Array.of(1, 2), Int16Array.of(3)], 16_000);
    const path = (await cache.find(name(1))) ?? '';
    const bytes = await readFile(path);
    expect([...new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + 50))]).toEqual([1, 2, 3]);
    expect(bytes.readUInt32LE(24)).toBe(16_000);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'made', 'here'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'made', 'here'))).toEqual([`${name(1)}.wav`]);
  });

  it('lets the oldest go when it is full, also of another run, and nothing of others', async () => {
    await writeFile(join(folder, 'letter.txt'), 'a'.repeat(5000));
    const before = cacheOf({ mostBytes: 3000 });
    for (const number of [1, 2, 3]) await before.put(name(number), samples(1000), 8000);
    await age(join(folder, `${name(2)}.wav`), 60);
    const cache = cacheOf({ mostBytes: 3000 });
    await cache.put(name(4), samples(1000), 8000);
    expect((await readdir(folder)).sort()).toEqual(
      [name(1), name(3), name(4)]
        .map((kept) => `${kept}.wav`)
        .concat('letter.txt')
        .sort(),
    );
    await cache.put(name(5), samples(3002), 8000);
    expect(await cache.find(name(5))).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('takes no file that is not whole, and clears up after those who died', async () => {
    const cache = cacheOf();
    await cache.put(name(1), samples(1000), 8000);
    await truncate(join(folder, `${name(1)}.wav`), 500);
    expect(await cache.find(name(1))).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
    const unfinished = join(folder, `${name(2)}.00000000-0000-0000-0000-000000000000.part`);
    await writeFile(unfinished, 'a');
    await age(unfinished, 7200);
    await cache.put(name(3), samples(1000), 8000);
    await cacheOf().find(name(3));
    expect(await readdir(folder)).toEqual([`${name(3)}.wav`]);
  });

  it.each([
    ['a file is in its place', async (place: string) => writeFile(place, '')],
    ['its place is no place', async (place: string) => symlink(join(place, 'nowhere', 'at all'), place)],
  ])('is lost, and nothing else, when %s', async (_what, spoil) => {
    const directory = join(folder, 'cache');
    await spoil(directory);
    const cache = cacheOf({ directory });
    await cache.put(name(1), samples(1000), 8000);
    expect(await cache.find(name(1))).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('speech cannot be kept')]);
  });

  it('is lost when its folder goes away', async () => {
    const cache = cacheOf();
    await cache.find(name(1));
    await rm(folder, { recursive: true });
    await cache.put(name(1), samples(1000), 8000);
    await cache.put(name(2), samples(1000), 8000);
    expect(await cache.find(name(1))).toBeUndefined();
    expect(warnings.length).toBe(1);
  });

  it.runIf(process.platform !== 'win32')(
    'trusts no folder among the temporary files that others can look into',
    async () => {
      vi.stubEnv('TMPDIR', folder);
      const own = join(folder, `offhook-speech-${process.getuid?.()}`);
      const cache = cacheOf({ directory: undefined });
      await cache.put(name(1), samples(1000), 8000);
      expect(await cache.find(name(1))).toBe(join(own, `${name(1)}.wav`));
      await chmod(own, 0o755);
      expect(await cacheOf({ directory: undefined }).find(name(1))).toBeUndefined();
      await rm(own, { recursive: true });
      await mkdir(join(folder, 'elsewhere'), { mode: 0o700 });
      await symlink(join(folder, 'elsewhere'), own);
      expect(await cacheOf({ directory: undefined }).find(name(1))).toBeUndefined();
      expect(warnings.length).toBe(2);
    },
  );
});
