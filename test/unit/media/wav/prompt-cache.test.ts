import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Prompt, PromptCache } from '../../../../src/media/wav/prompt-cache.ts';

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-cache-'));
  path = join(directory, 'x.wav');
  await writeFile(path, 'one');
});
afterAll(() => rm(directory, { recursive: true }));

function promptOf(bytes: number, whole = true): Prompt {
  return { pieces: [new Uint8Array(bytes)], bytes, whole };
}

/** A time of day at which the file is no longer fresh. */
const LATER = Date.now() + 60_000;

describe('the cache of prompts', () => {
  it('knows a file again while nothing about it changes', async () => {
    const cache = new PromptCache();
    const name = (await cache.identify(path, 'PCMU', LATER)) ?? '';
    expect(name).not.toBe('');
    const prompt = promptOf(160);
    cache.put(name, prompt);
    expect(cache.get((await cache.identify(path, 'PCMU', LATER)) ?? '')).toBe(prompt);
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
    const megabyte = promptOf(1_000_000);
    for (let index = 0; index < 32; index++) cache.put(`${index}`, megabyte);
    expect(cache.get('0')).toBe(megabyte);
    cache.put('32', megabyte);
    expect(cache.get('0')).toBe(megabyte);
    expect(cache.get('1')).toBeUndefined();
    expect(cache.accepts(1_000_001)).toBe(false);
  });

  it('keeps the beginning of a prompt until more of it is known', () => {
    const cache = new PromptCache();
    const more = promptOf(320, false);
    const all = promptOf(320);
    cache.put('x', promptOf(160, false));
    cache.put('x', more);
    cache.put('x', promptOf(160, false));
    expect(cache.get('x')).toBe(more);
    cache.put('x', all);
    cache.put('x', promptOf(480, false));
    expect(cache.get('x')).toBe(all);
  });
});
