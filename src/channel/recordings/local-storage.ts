import { open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { DateTime } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { moveFile } from '../../move-file.ts';
import { DiskFileStore } from '../files/disk-file-store.ts';
import { fileExists } from '../files/file-options.ts';
import { MediaDirectory } from '../media-directory.ts';
import { optionsProblem } from '../option-names.ts';
import { piecesOf } from './byte-stream.ts';
import { streamOfFile } from './local-file.ts';
import { isRecordingFile } from './recording-name.codec.ts';
import { notFound } from './recording-not-found.ts';
import type {
  RecordingMetadata,
  RecordingStorage,
  StorageContent,
  StorageCopyOptions,
  StorageEntry,
  StorageFacts,
  StorageWriteOptions,
} from './recording-storage.ts';
import { formatSidecar, parseSidecar } from './sidecar.codec.ts';

/** Where recordings are kept on the disk of this machine. */
export interface LocalStorageOptions {
  /** A directory that is there. Take the media directory, or a folder of it, for recorders to write into it themselves. */
  directory: string;
}

/**
 * Keeps recordings as files in a directory. Without any storage a user agent does so in its media directory, so that what a recorder
 * has just written is a recording at once.
 *
 * Metadata are in a file beside each recording, `message.wav.json` for `message.wav`. They belong to the recording as it was when they
 * were set: when something else is written under its name, they are gone. So who copies such a directory keeps the times of its files.
 *
 * @throws ChannelError `INVALID_ARGUMENT`; when there is no such directory, `UserAgent.start()` rejects with it.
 * @example
 * await using ua = await UserAgent.start({
 *   mediaDirectory: 'media',
 *   recordings: { storage: localStorage({ directory: 'media/recordings' }) },
 * });
 */
export function localStorage(options: LocalStorageOptions): RecordingStorage {
  const problem = optionsProblem('localStorage()', options, { directory: true });
  if (problem) throw problem;
  const { directory } = options;
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new ChannelError('INVALID_ARGUMENT', 'localStorage() needs { directory }, the path of a directory');
  }
  return new LocalStorage(directory);
}

/** Files of a directory as recordings. */
class LocalStorage implements RecordingStorage {
  readonly #name: string;
  #opened: Promise<{ readonly directory: MediaDirectory; readonly files: DiskFileStore }> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async open(): Promise<void> {
    await this.#open();
  }

  async localPath(name: string): Promise<string> {
    return (await this.#open()).directory.forWriting(name);
  }

  async list(prefix: string): Promise<readonly StorageEntry[]> {
    const { files } = await this.#open();
    return (await files.list(prefix.replace(/\/$/, ''), true)).filter(({ name }) => isRecordingFile(name));
  }

  async head(name: string): Promise<StorageFacts | undefined> {
    const { files } = await this.#open();
    const found = await files.find(name);
    if (!found) return undefined;
    const { bytes, modified, path: file } = found;
    const metadata = await readSidecar(file, modified);
    return { bytes, created: modified, version: `${bytes} ${modified.getTime()}`, metadata };
  }

  async read(
    name: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<ReadableStream<Uint8Array>> {
    const found = await this.#demand(name);
    return streamOfFile(found.path, range?.start ?? 0, Math.min(range?.end ?? found.bytes, found.bytes));
  }

  async write(
    name: string,
    content: StorageContent,
    { metadata, ifExists, signal }: StorageWriteOptions,
  ): Promise<void> {
    const { files } = await this.#open();
    await this.#put(await files.placeFor(name), name, content, ifExists, signal, metadata);
  }

  async setMetadata(name: string, metadata: RecordingMetadata): Promise<void> {
    const { path: file, modified } = await this.#demand(name);
    await writeSidecar(file, name, modified, metadata);
  }

  async copy(from: string, to: string, { ifExists, signal }: StorageCopyOptions): Promise<void> {
    const { files } = await this.#open();
    const { path: source, bytes, modified } = await this.#demand(from);
    const target = await files.placeFor(to);
    if (source === target) {
      if (ifExists === 'fail') throw fileExists(to);
      return;
    }
    const metadata = await readSidecar(source, modified);
    const content = { bytes, stream: () => streamOfFile(source, 0, bytes) };
    await this.#put(target, to, content, ifExists, signal, metadata, modified);
  }

  async rename(from: string, to: string, { ifExists }: StorageCopyOptions): Promise<void> {
    const { files } = await this.#open();
    const { path: source, modified } = await this.#demand(from);
    const target = await files.placeFor(to);
    const metadata = await readSidecar(source, modified);
    await files.rename(from, to, ifExists);
    if (source === target) return;
    await unlinked(sidecar(source));
    await writeSidecar(target, to, modified, metadata);
  }

  async delete(name: string): Promise<void> {
    const { files } = await this.#open();
    const found = await files.find(name);
    if (!found) return;
    await files.delete(name);
    await unlinked(sidecar(found.path));
  }

  /** Writes beside the place first, so that nobody ever sees half a recording. */
  async #put(
    target: string,
    name: string,
    content: StorageContent,
    ifExists: 'fail' | 'overwrite',
    signal: AbortSignal,
    metadata: RecordingMetadata,
    time?: DateTime,
  ): Promise<void> {
    const part = partOf(target);
    try {
      await writePart(part, content, signal);
      if (time) await utimes(part, time, time);
      const { mtime } = await stat(part);
      await moveFile(part, target, ifExists);
      await writeSidecar(target, name, mtime, metadata);
    } catch (error) {
      await unlinked(part);
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(name, error);
      throw isChannelError(error) ? error : unwritable(name, error);
    }
  }

  async #demand(name: string): Promise<{ readonly path: string; readonly bytes: number; readonly modified: DateTime }> {
    const found = await (await this.#open()).files.find(name);
    if (!found) throw notFound(name);
    return found;
  }

  #open(): Promise<{ readonly directory: MediaDirectory; readonly files: DiskFileStore }> {
    this.#opened ??= MediaDirectory.open(this.#name).then((directory) => ({
      directory,
      files: new DiskFileStore(directory),
    }));
    return this.#opened;
  }
}

async function writePart(part: string, content: StorageContent, signal: AbortSignal): Promise<void> {
  const file = await open(part, 'wx');
  try {
    for await (const piece of piecesOf(content.stream())) {
      signal.throwIfAborted();
      await file.writeFile(piece);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

function sidecar(file: string): string {
  return `${file}.json`;
}

function partOf(file: string): string {
  return path.join(path.dirname(file), `.offhook-${crypto.randomUUID()}.part`);
}

async function readSidecar(file: string, modified: DateTime): Promise<RecordingMetadata> {
  try {
    return parseSidecar(await readFile(sidecar(file), 'utf8'), modified.getTime());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

async function writeSidecar(file: string, name: string, time: DateTime, metadata: RecordingMetadata): Promise<void> {
  if (Object.keys(metadata).length === 0) return unlinked(sidecar(file));
  const part = partOf(file);
  try {
    const handle = await open(part, 'wx');
    try {
      await handle.writeFile(formatSidecar(metadata, time.getTime()));
    } finally {
      await handle.close();
    }
    await moveFile(part, sidecar(file), 'overwrite');
  } catch (error) {
    await unlinked(part);
    throw unwritable(name, error);
  }
}

async function unlinked(file: string): Promise<void> {
  await unlink(file).catch(() => undefined);
}

function unwritable(name: string, cause: unknown): ChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ChannelError(
    'FILE_UNWRITABLE',
    `the recording ${JSON.stringify(name)} cannot be written (${code}); check the permissions of its folder and the space on the disk`,
    { cause },
  );
}
