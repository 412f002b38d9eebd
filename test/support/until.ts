import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until `look` gives something; fails when it never does. For facts outside this process. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  const last = performance.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > last) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await pause(10);
  }
}
