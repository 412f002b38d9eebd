import { setTimeout as pause } from 'node:timers/promises';

const GLANCE_MS = 10;

/**
 * Looks again and again until `look` gives something; fails when it never does. For facts outside this process. The glances are counted
 * and not the time, so that a process that had no processor for a while looks as often as any other.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  for (let waited = 0; waited <= limit; waited += GLANCE_MS) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause(GLANCE_MS);
  }
  throw new Error(`waited ${limit} ms in vain for ${what}`);
}
