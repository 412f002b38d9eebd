import { mkdtemp, open, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AwaitDisk, awaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import type { LocalCopies, LocalCopy } from './local-copies.ts';
import { readPart, streamOfFile } from './local-file.ts';

/** Copies in a temporary directory of this user agent, which nobody else can read. It is made when it is needed first. */
export class TemporaryCopies implements LocalCopies {
  #directory: Promise<string> | undefined;
  #count = 0;

  ofFile(file: string, bytes: number): LocalCopy {
    return copyAt(file, bytes, async () => undefined);
  }

  async take(source: AsyncIterable<Uint8Array>, signal: AbortSignal, disk: AwaitDisk = awaitDisk): Promise<LocalCopy> {
    const file = await disk(this.#newFile());
    let bytes = 0;
    try {
      const handle = await disk(open(file, 'wx', 0o600));
      try {
        for await (const piece of source) {
          signal.throwIfAborted();
          await disk(written(file, handle.writeFile(piece)));
          bytes += piece.length;
        }
      } finally {
        await disk(handle.close());
      }
    } catch (error) {
      await removed(file);
      throw error;
    }
    return copyAt(file, bytes, () => removed(file));
  }

  async close(): Promise<void> {
    const directory = await this.#directory?.catch(() => undefined);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  async #newFile(): Promise<string> {
    this.#directory ??= written(tmpdir(), mkdtemp(path.join(tmpdir(), 'offhook-recordings-')));
    return path.join(await this.#directory, String(++this.#count));
  }
}

function copyAt(file: string, bytes: number, remove: () => Promise<void>): LocalCopy {
  return {
    path: file,
    bytes,
    stream: () => streamOfFile(file, 0, bytes),
    read: (start, end) => readPart(file, start, end),
    remove,
  };
}

async function removed(file: string): Promise<void> {
  await unlink(file).catch(() => undefined);
}

async function written<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ChannelError(
      'FILE_UNWRITABLE',
      `${file} cannot be written; look at the temporary directory and its space`,
      {
        cause,
      },
    );
  }
}
