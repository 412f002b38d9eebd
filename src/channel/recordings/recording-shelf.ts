import type { AwaitDisk } from '../../disk.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import type { OpenRecordings } from './open-recordings.ts';
import { isRecordingFile, parseRecordingName, type RecordingExtension, storedNames } from './recording-name.codec.ts';
import { notFound } from './recording-not-found.ts';
import type { RecordingStorage, StorageEntry, StorageFacts } from './recording-storage.ts';

/** A recording that was found. */
export interface FoundRecording extends StorageFacts {
  /** Without extension. */
  readonly name: string;
  readonly extension: RecordingExtension;
  /** What the store calls it. */
  readonly stored: string;
}

/** A storage, seen through the rules for names, and with the recordings left out that are still being made. */
export class RecordingShelf {
  readonly storage: RecordingStorage;
  readonly open: OpenRecordings;
  readonly #awaitDisk: AwaitDisk;

  constructor(storage: RecordingStorage, open: OpenRecordings, awaitDisk: AwaitDisk) {
    this.storage = storage;
    this.open = open;
    this.#awaitDisk = awaitDisk;
  }

  /** Lets the store do something. What it rejects with is a `ChannelError` then. */
  async ask<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await this.#awaitDisk(work);
    } catch (cause) {
      if (isChannelError(cause)) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ChannelError('STORAGE_FAILED', `the store of recordings could not ${what}: ${why}`, { cause });
    }
  }

  /** Rejects with `BUSY` while it is recorded, with `RECORDING_NOT_FOUND` when there is none. */
  async demand(name: string, signal: AbortSignal): Promise<FoundRecording> {
    const found = await this.find(name, signal);
    if (!found) throw notFound(name);
    return found;
  }

  /** Undefined when there is none. Rejects with `BUSY` while it is recorded. */
  async find(name: string, signal: AbortSignal): Promise<FoundRecording | undefined> {
    const parsed = parseRecordingName(name);
    for (const stored of storedNames(parsed)) {
      await this.checkIdle(stored);
      const facts = await this.ask(`look for ${JSON.stringify(name)}`, this.storage.head(stored, signal));
      if (facts) return { ...facts, stored, name: parsed.name, extension: stored.endsWith('.ogg') ? 'ogg' : 'wav' };
    }
    return undefined;
  }

  /** What is stored below a prefix; no recording that is under way. */
  async list(prefix: string, signal: AbortSignal): Promise<readonly StorageEntry[]> {
    const all = await this.ask('list recordings', this.storage.list(prefix, signal));
    const known = all.filter(({ name }) => name.startsWith(prefix) && isRecordingFile(name));
    const written = this.open.written.map(lastOf);
    if (written.length === 0) return known;
    const isIdle = async ({ name }: StorageEntry): Promise<boolean> =>
      !written.includes(lastOf(name)) || !(await this.#isWritten(name));
    const idle = await Promise.all(known.map(isIdle));
    return known.filter((_, index) => idle[index]);
  }

  /** Rejects with `BUSY` while it is recorded. */
  async checkIdle(stored: string): Promise<void> {
    if (this.open.written.length > 0 && (await this.#isWritten(stored))) {
      throw new ChannelError('BUSY', `${JSON.stringify(stored)} is being recorded; stop the recording first`);
    }
  }

  /** Where it is or would be on this machine; undefined when the store keeps none here. */
  async pathOf(stored: string): Promise<string | undefined> {
    const looking = this.storage.localPath?.(stored);
    return looking && this.ask('tell where a recording is', looking);
  }

  async #isWritten(stored: string): Promise<boolean> {
    const path = await this.pathOf(stored);
    return path !== undefined && this.open.isWritten(path);
  }
}

/** The last segment of a path, whichever way it is written. */
function lastOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
