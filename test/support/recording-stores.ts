import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskFileStore } from '../../src/channel/files/disk-file-store.ts';
import { MediaDirectory } from '../../src/channel/media-directory.ts';
import { TemporaryCopies } from '../../src/channel/recordings/temporary-copies.ts';
import { StoredMedia } from '../../src/channel/stored-media.ts';
import { systemClock } from '../../src/clock.ts';
import { awaitDisk } from '../../src/disk.ts';
import { localStorage, type RecordingStorage } from '../../src/index.ts';
import { describeAudio } from '../../src/media/facts/describe-audio.codec.ts';

/** The files and recordings of a user agent, without the user agent. */
export interface Store extends AsyncDisposable {
  readonly stored: StoredMedia;
  /** The media directory. */
  readonly media: string;
}

/** @param storage - makes the store of recordings, given the media directory; that directory itself by default. */
export async function openStore(storage?: (media: string) => Promise<RecordingStorage>): Promise<Store> {
  const base = await mkdtemp(join(tmpdir(), 'offhook-store-'));
  const media = join(base, 'media');
  await mkdir(media);
  const stored = new StoredMedia({
    store: new DiskFileStore(await MediaDirectory.open(media)),
    storage: (await storage?.(media)) ?? localStorage({ directory: media }),
    copies: new TemporaryCopies(),
    describe: describeAudio,
    decode: async (path, name) => ({ kind: 'file', name, path }),
    clock: systemClock,
    awaitDisk,
  });
  return {
    stored,
    media,
    async [Symbol.asyncDispose]() {
      await stored.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}
