import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AwaitDisk } from '../disk.ts';
import type { Logger } from '../logger.ts';
import { isWholeWav, WAV_HEADER_BYTES, wavBytes } from './wav/wav-bytes.codec.ts';

const MOST_BYTES = 100_000_000;
/** A file that is being written and has been for longer is one whose writer has died. */
const ABANDONED_MS = 3_600_000;
const NAME = /^[\da-f]{64}\.wav$/;
const UNFINISHED = /^[\da-f]{64}\.[\da-f-]{36}\.part$/;

export interface SpeechCacheOptions {
  /** Undefined for one among the temporary files, which nobody but this user can read. */
  readonly directory: string | undefined;
  readonly awaitDisk: AwaitDisk;
  readonly logger: Logger;
  /** What it may hold in all. */
  readonly mostBytes?: number | undefined;
}

/** Speech as WAV files in a folder, by what it was made of. The disk may fail: then nothing is kept, and nobody else is hurt. */
export class SpeechCache {
  readonly #options: SpeechCacheOptions;
  readonly #writing = new Set<Promise<void>>();
  #folder: Promise<string | undefined> | undefined;
  /** As far as this process knows. */
  #bytes = 0;
  #hasWarned = false;

  constructor(options: SpeechCacheOptions) {
    this.#options = options;
  }

  /** Path of what is kept under this name: 64 hexadecimal digits. */
  find(name: string): Promise<string | undefined> {
    return this.#options.awaitDisk(this.#find(name));
  }

  /** Keeps samples. Resolves when they are on the disk or given up. */
  async put(name: string, pieces: readonly Int16Array[], sampleRate: number): Promise<void> {
    const writing = this.#options.awaitDisk(this.#put(name, wavBytes(pieces, sampleRate)));
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #find(name: string): Promise<string | undefined> {
    const folder = await this.#opened();
    if (folder === undefined) return undefined;
    const file = path.join(folder, `${name}.wav`);
    try {
      const handle = await open(file);
      try {
        const header = new Uint8Array(WAV_HEADER_BYTES);
        await handle.read(header, 0, WAV_HEADER_BYTES, 0);
        if (isWholeWav(header, (await handle.stat()).size)) return file;
      } finally {
        await handle.close();
      }
      // A crash of the machine has left less than was written.
      await unlink(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#warn(error);
    }
    return undefined;
  }

  async #put(name: string, bytes: Uint8Array): Promise<void> {
    const folder = await this.#opened();
    const { mostBytes = MOST_BYTES } = this.#options;
    if (folder === undefined || bytes.length > mostBytes) return;
    const unfinished = path.join(folder, `${name}.${randomUUID()}.part`);
    try {
      this.#bytes += bytes.length;
      if (this.#bytes > mostBytes) this.#bytes = bytes.length + (await this.#shrink(folder, mostBytes - bytes.length));
      await writeFile(unfinished, bytes, { flag: 'wx', mode: 0o600 });
      await rename(unfinished, path.join(folder, `${name}.wav`));
    } catch (error) {
      this.#warn(error);
      await unlink(unfinished).catch(() => undefined);
    }
  }

  #opened(): Promise<string | undefined> {
    this.#folder ??= this.#open();
    return this.#folder;
  }

  async #open(): Promise<string | undefined> {
    try {
      const folder = path.resolve(this.#options.directory ?? ownFolder());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (this.#options.directory === undefined) await checkOwn(folder);
      this.#bytes = await this.#shrink(folder, this.#options.mostBytes ?? MOST_BYTES);
      return folder;
    } catch (error) {
      this.#warn(error);
      return undefined;
    }
  }

  /** Deletes the oldest files until so many bytes are left, and what was never finished. @returns how many are left. */
  async #shrink(folder: string, most: number): Promise<number> {
    const files: { readonly file: string; readonly size: number; readonly at: number }[] = [];
    let newest = 0;
    for (const name of await readdir(folder)) {
      if (!NAME.test(name) && !UNFINISHED.test(name)) continue;
      const file = path.join(folder, name);
      // Another process may have deleted it meanwhile.
      const facts = await stat(file).catch(() => undefined);
      if (!facts) continue;
      files.push({ file, size: facts.size, at: facts.mtimeMs });
      newest = Math.max(newest, facts.mtimeMs);
    }
    files.sort((one, other) => one.at - other.at);
    let left = files.reduce((sum, { size }) => sum + size, 0);
    for (const { file, size, at } of files) {
      const isAbandoned = file.endsWith('.part') && newest - at > ABANDONED_MS;
      if (left <= most && !isAbandoned) continue;
      if (file.endsWith('.part') && !isAbandoned) continue;
      await unlink(file).catch(() => undefined);
      left -= size;
    }
    return left;
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.logger.warn('speech cannot be kept on the disk; it is made anew each time', { error });
  }
}

function ownFolder(): string {
  return path.join(tmpdir(), `offhook-speech-${process.getuid?.() ?? 'cache'}`);
}

/** The folder for temporary files is everybody's: another user may have made one of this name. */
async function checkOwn(folder: string): Promise<void> {
  const facts = await lstat(folder);
  const user = process.getuid?.();
  if (user === undefined) return;
  if (!facts.isDirectory() || facts.uid !== user || (facts.mode & 0o077) !== 0) {
    throw new Error(`${folder} is not a folder that only this user can read; delete it, or set speech.cacheDirectory`);
  }
}
