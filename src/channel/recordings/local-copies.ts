import type { AwaitDisk } from '../../disk.ts';

/** A piece of audio on its way to a store or to a player. */
export interface LocalCopy {
  readonly bytes: number;
  /** Where a session can play it from. */
  readonly path: string;
  /** All of it, as often as it is asked for. */
  stream(): ReadableStream<Uint8Array>;
  /** From `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Takes it away, unless it is a file of the media directory. Safe to repeat. */
  remove(): Promise<void>;
}

/** Where streams are kept until they are complete, and recordings of other machines while they are played. */
export interface LocalCopies {
  /** A file of the media directory, by its checked path. */
  ofFile(path: string, bytes: number): LocalCopy;
  /** Takes all that comes. Rejects as the source does, or with `ChannelError` `FILE_UNWRITABLE`. */
  take(source: AsyncIterable<Uint8Array>, signal: AbortSignal, awaitDisk?: AwaitDisk): Promise<LocalCopy>;
  /** Removes what is left of them. */
  close(): Promise<void>;
}
