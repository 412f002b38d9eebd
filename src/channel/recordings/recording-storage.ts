import type { DateTime } from '../../clock.ts';

/** What a program has written down about a recording: names and values of its own. */
export type RecordingMetadata = Readonly<Record<string, string>>;

/** A recording as a store lists it. */
export interface StorageEntry {
  /** Its name with its extension, `/` between folders. */
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** When it was last written, as far as the store can tell without opening it. */
  readonly modified: DateTime;
}

/** What a store knows about a recording. */
export interface StorageFacts {
  /** Its size. */
  readonly bytes: number;
  /** When it was made. */
  readonly created: DateTime;
  /** Another one whenever the audio is another one. */
  readonly version: string;
  /** As it was given to the store. */
  readonly metadata: RecordingMetadata;
}

/** A part of a recording, in bytes. */
export interface ByteRange {
  /** The first byte; 0 is the first of all. */
  readonly start: number;
  /** The first byte that is not wanted any more. Beyond the end is the same as the end. */
  readonly end: number;
}

/** A recording on its way to a store. */
export interface StorageContent {
  /** Its size. */
  readonly bytes: number;
  /** Its bytes from the beginning; may be called again when something went wrong. */
  stream(): ReadableStream<Uint8Array>;
}

/** How a recording is to be stored. */
export interface StorageWriteOptions {
  readonly metadata: RecordingMetadata;
  /** With `'fail'` a recording that is there stays, and the store rejects with `ChannelError` `FILE_EXISTS`. */
  readonly ifExists: 'fail' | 'overwrite';
  readonly signal: AbortSignal;
}

/** How a recording is to be copied. */
export type StorageCopyOptions = Omit<StorageWriteOptions, 'metadata'>;

/**
 * Where recordings are kept. Made by {@link localStorage} or {@link s3Storage}, or by you for a store of your own.
 *
 * Names have been checked when they get here: segments with `/` between them, none of which is `..`, and with an extension. Metadata
 * are short and made of printable characters. What rejects with another error than a `ChannelError` becomes `STORAGE_FAILED` with it as
 * the `cause`. Once a signal is aborted, nobody waits for the result; end the work.
 */
export interface RecordingStorage {
  /** Looks whether it can be used at all. Called once, by `UserAgent.start()`, which rejects when this does. */
  open?(): Promise<void>;
  /** All recordings whose names begin with `prefix`, which is '' or ends in `/`. In any order. */
  list(prefix: string, signal: AbortSignal): Promise<readonly StorageEntry[]>;
  /** What is known about a recording; undefined when there is none of this name. */
  head(name: string, signal: AbortSignal): Promise<StorageFacts | undefined>;
  /** The bytes of a recording, or of a part of it. Rejects with `ChannelError` `RECORDING_NOT_FOUND`. */
  read(name: string, range: ByteRange | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Stores a recording: all of it or, when it fails, nothing. */
  write(name: string, content: StorageContent, options: StorageWriteOptions): Promise<void>;
  /** Puts these metadata in the place of those that were there. Rejects with `ChannelError` `RECORDING_NOT_FOUND`. */
  setMetadata(name: string, metadata: RecordingMetadata, signal: AbortSignal): Promise<void>;
  /** Copies a recording with its metadata and its time. Rejects with `ChannelError` `RECORDING_NOT_FOUND` or `FILE_EXISTS`. */
  copy(from: string, to: string, options: StorageCopyOptions): Promise<void>;
  /** As {@link RecordingStorage.copy}, and the old name is gone. A copy and a deletion when it is left out. */
  rename?(from: string, to: string, options: StorageCopyOptions): Promise<void>;
  /** Deletes a recording with its metadata. Does nothing when there is none. */
  delete(name: string, signal: AbortSignal): Promise<void>;
  /** Where a recording of this name is or would be on the disk of this machine. Only stores that play without a copy have it. */
  localPath?(name: string): Promise<string>;
}
