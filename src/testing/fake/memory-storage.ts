import { fileExists } from '../../channel/files/file-options.ts';
import { type ByteSource, bytesOf, streamOfBytes } from '../../channel/recordings/byte-stream.ts';
import type { LocalCopies, LocalCopy } from '../../channel/recordings/local-copies.ts';
import { isRecordingFile } from '../../channel/recordings/recording-name.codec.ts';
import { notFound } from '../../channel/recordings/recording-not-found.ts';
import type {
  ByteRange,
  RecordingMetadata,
  RecordingStorage,
  StorageContent,
  StorageCopyOptions,
  StorageEntry,
  StorageFacts,
  StorageWriteOptions,
} from '../../channel/recordings/recording-storage.ts';
import { dateAt } from '../../clock.ts';
import type { ListedFile, MemoryFiles } from './memory-files.ts';

/** The recordings of a fake call: the audio files that it has in memory. */
export class MemoryStorage implements RecordingStorage {
  readonly #files: MemoryFiles;
  /** With the file that they were set for: another one under its name has none. */
  readonly #metadata = new Map<string, { readonly of: unknown; readonly metadata: RecordingMetadata }>();

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  async localPath(name: string): Promise<string> {
    return name;
  }

  async list(prefix: string): Promise<readonly StorageEntry[]> {
    const inside = (await this.#files.all()).filter(({ key }) => key.startsWith(prefix) && isRecordingFile(key));
    return inside.map(({ key, file, written }) => ({
      name: key,
      bytes: file.wav().length,
      modified: dateAt(written),
    }));
  }

  async head(name: string): Promise<StorageFacts | undefined> {
    const found = await this.#files.find(name);
    if (!found) return undefined;
    const bytes = found.file.wav().length;
    const metadata = this.#metadataOf(found);
    return { bytes, created: dateAt(found.written), version: `${bytes} ${found.written}`, metadata };
  }

  async read(name: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const { file } = await this.#demand(name);
    return streamOfBytes(file.wav().slice(range?.start ?? 0, range?.end));
  }

  async write(name: string, content: StorageContent, { metadata, ifExists }: StorageWriteOptions): Promise<void> {
    await this.#makePlace(name, ifExists);
    this.#files.save(name, await bytesOf(content.stream()));
    await this.setMetadata(name, metadata);
  }

  async setMetadata(name: string, metadata: RecordingMetadata): Promise<void> {
    const { file } = await this.#demand(name);
    this.#metadata.set(name, { of: file, metadata });
  }

  async copy(from: string, to: string, { ifExists }: StorageCopyOptions): Promise<void> {
    const found = await this.#demand(from);
    await this.#makePlace(to, ifExists);
    const metadata = this.#metadataOf(found);
    this.#files.save(to, found.file.wav());
    this.#files.date(to, found.written);
    await this.setMetadata(to, metadata);
  }

  async delete(name: string): Promise<void> {
    this.#files.delete(name);
    this.#metadata.delete(name);
  }

  async #makePlace(name: string, ifExists: 'fail' | 'overwrite'): Promise<void> {
    await this.#files.forWriting(name);
    if (ifExists === 'fail' && this.#files.has(name)) throw fileExists(name);
  }

  #metadataOf({ key, file }: ListedFile): RecordingMetadata {
    const known = this.#metadata.get(key);
    return known?.of === file ? known.metadata : {};
  }

  async #demand(name: string): Promise<ListedFile> {
    const found = await this.#files.find(name);
    if (!found) throw notFound(name);
    return found;
  }
}

/** Copies in memory. */
export class MemoryCopies implements LocalCopies {
  readonly #files: MemoryFiles;

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  ofFile(path: string): LocalCopy {
    return copyOf(path, this.#files.read(path));
  }

  async take(source: ByteSource): Promise<LocalCopy> {
    return copyOf('', await bytesOf(source));
  }

  async close(): Promise<void> {
    return undefined;
  }
}

function copyOf(path: string, bytes: Uint8Array): LocalCopy {
  return {
    path,
    bytes: bytes.length,
    stream: () => streamOfBytes(bytes),
    read: async (start, end) => bytes.subarray(start, end),
    remove: async () => undefined,
  };
}
