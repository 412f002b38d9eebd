import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromptCache } from '../../../../src/media/wav/prompt-cache.ts';

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-cache-'));
  path = join(directory, 'x.wav');
  await writeFile(path, 'one');
});
afterAll(() => rm(directory, { recursive: true }));

/** A time of day at which the file is no longer fresh. */
const LATER = Date.now() + 60_000;

describe('the cache of prompts', () => {
  it('knows a file again while nothing about it changes', async () => {
    const cache = new PromptCache();
    const name = (await cache.identify(path, 'PCMU', LATER)) ?? '';
    expect(name).not.toBe('');
    const pieces = [new Uint8Array(160)];
    cache.put(name, pieces);
    expect(cache.get((await cache.identify(path, 'PCMU', LATER)) ?? '')).toBe(pieces);
    expect(cache.get((await cache.identify(path, 'PCMA', LATER)) ?? '')).toBeUndefined();
    await utimes(path, 1, 1);
    expect(cache.get((await cache.identify(path, 'PCMU', LATER)) ?? '')).toBeUndefined();
  });

  it('does not trust a file that was changed a moment ago, and leaves a missing one to whoever opens it', async () => {
    const cache = new PromptCache();
    expect(await cache.identify(path, 'PCMU', Date.now())).toBeUndefined();
    expect(await cache.identify(join(directory, 'none.wav'), 'PCMU', LATER)).toBeUndefined();
  });

  it('keeps what was used last when there is too much', () => {
    const cache = new PromptCache();
    const megabyte = [new Uint8Array(1_000_000)];
    for (let index = 0; index < 32; index++) cache.put(`${index}`, megabyte);
    expect(cache.get('0')).toBe(megabyte);
    cache.put('32', megabyte);
    expect(cache.get('0')).toBe(megabyte);
    expect(cache.get('1')).toBeUndefined();
    expect(cache.accepts(1_000_001)).toBe(false);
  });
});
