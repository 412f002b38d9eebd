import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toneWav } from '../../bench/tone-wav.ts';

/** Makes all prompts of a media folder short tones of their own frequency, so that calls in tests take no longer than they must. */
export async function shortenPrompts(folder: string, ms = 200): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wav')).sort();
  for (const [index, name] of names.entries()) await writeFile(join(folder, name), toneWav(400 + 100 * index, ms));
}
