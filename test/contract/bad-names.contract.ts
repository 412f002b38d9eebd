import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Channel, ErrorCode } from '../../src/index.ts';
import { type BadMediaSite, NAMES_OUTSIDE } from './bad-media-site.ts';
import { outcomeOf, type Stage } from './laws.ts';

/** Names, and what everything says that is given them. */
const NAMES: Readonly<Record<string, ErrorCode>> = {
  ...Object.fromEntries(
    [...NAMES_OUTSIDE, 'dangling.wav', 'up/new.wav', '..\\new.wav', 'aux.wav'].map((name) => [
      name,
      'FILE_OUTSIDE_MEDIA_DIRECTORY',
    ]),
  ),
  ...Object.fromEntries(
    ['', 'new\0.wav', 'new.wav\0', `${'x'.repeat(300)}.wav`, 'new.wav.', 'new/', 'new\n.wav'].map((name) => [
      name,
      'INVALID_ARGUMENT',
    ]),
  ),
};

type Use = (channel: Channel, name: string) => Promise<unknown>;

/** Everything that writes, moves or deletes a file by a name. */
const USES: Readonly<Record<string, Use>> = {
  'fileRecorder.record()': ({ fileRecorder }, name) => fileRecorder.record(name),
  'fileRecorder.start()': ({ fileRecorder }, name) => fileRecorder.start(name),
  'fileRecorder.start() of Opus': ({ fileRecorder }, name) => fileRecorder.start(name, { format: 'OGG_OPUS' }),
  'wholeCallRecorder.record()': ({ wholeCallRecorder }, name) => wholeCallRecorder.record(name),
  'wholeCallRecorder.start()': ({ wholeCallRecorder }, name) => wholeCallRecorder.start(name),
  'recordings.get()': ({ recordings }, name) => recordings.get(name),
  'recordings.read()': ({ recordings }, name) => recordings.read(name),
  'recordings.save() of a file': ({ recordings }, name) => recordings.save(name, 'new', { move: true }),
  'recordings.save()': ({ recordings }, name) => recordings.save('prompt.wav', name, { ifExists: 'overwrite' }),
  'recordings.save() by moving': ({ recordings }, name) => recordings.save('prompt.wav', name, { move: true }),
  'recordings.setMetadata()': ({ recordings }, name) => recordings.setMetadata(name, { a: 'b' }),
  'recordings.copy() from': ({ recordings }, name) => recordings.copy(name, 'new'),
  'recordings.copy() to': ({ recordings }, name) => recordings.copy('prompt', name, { ifExists: 'overwrite' }),
  'recordings.rename() from': ({ recordings }, name) => recordings.rename(name, 'new'),
  'recordings.rename() to': ({ recordings }, name) => recordings.rename('prompt', name, { ifExists: 'overwrite' }),
  'recordings.delete()': ({ recordings }, name) => recordings.delete(name),
  'files.exists()': ({ files }, name) => files.exists(name),
  'files.rename() from': ({ files }, name) => files.rename(name, 'new.wav'),
  'files.rename() to': ({ files }, name) => files.rename('prompt.wav', name, { ifExists: 'overwrite' }),
  'files.delete()': ({ files }, name) => files.delete(name),
};

/** Everything below a folder, links not followed, each file with its bytes. */
async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const content = await Promise.all(
    entries.map(async (entry): Promise<readonly [string, string]> => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? await readFile(path, 'latin1') : 'no file'];
    }),
  );
  return new Map(content.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Names that may come from a caller: nothing is made, moved or deleted that they must not reach. */
export function describeBadNames(stage: Stage, siteOf: () => BadMediaSite): void {
  describe('bad names', () => {
    it('are refused by everything that writes, moves or deletes, and nothing is touched', async () => {
      const { bearer } = stage;
      const { folder, outside } = siteOf();
      const { channel } = await stage.answered();
      const listed = async () => bearer.settle(channel.recordings.list());
      const before = [await contentOf(outside), await contentOf(folder), await listed()];
      for (const [name, code] of Object.entries(NAMES)) {
        for (const [way, use] of Object.entries(USES)) {
          const outcome = await bearer.settle(outcomeOf(use(channel, name)));
          expect([way, name, outcome]).toEqual([way, name, { error: expect.objectContaining({ code }) }]);
        }
      }
      expect([await contentOf(outside), await contentOf(folder), await listed()]).toEqual(before);
      const { fileRecorder, wholeCallRecorder } = channel;
      expect(await bearer.settle(fileRecorder.record('fine.wav', { timeout: 40 }))).toBe('TIMEOUT');
      expect(await bearer.settle(wholeCallRecorder.record('fine.wav', { timeout: 40 }))).toBe('TIMEOUT');
      await bearer.settle(channel.files.delete('fine.wav'));
    });
  });
}
