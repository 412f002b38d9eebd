import { ChannelError } from '../../errors.ts';
import { type OperationOptions, shown } from '../../operation.ts';
import type { IfExists } from '../files/file-store.ts';
import type { OptionNames } from '../option-names.ts';
import type { ByteSource } from './byte-stream.ts';
import type { ByteRange, RecordingMetadata } from './recording-storage.ts';

/** What every method of the recordings takes. */
export type RecordingOptions = Pick<OperationOptions, 'signal'>;

/** Which recordings to list. */
export interface ListRecordingsOptions extends RecordingOptions {
  /**
   * A folder, by its whole name, and all folders in it: `'voicemail/30'` brings what is in `voicemail/30`, and nothing of
   * `voicemail/305`. Default: all recordings.
   */
  prefix?: string | undefined;
}

/** Which part of a recording to read, in bytes of its file. */
export interface ReadRecordingOptions extends RecordingOptions {
  /** The first byte. Default 0. */
  start?: number | undefined;
  /** The first byte that is not wanted any more. Default: the end. */
  end?: number | undefined;
}

/** How to copy or rename a recording. */
export interface CopyRecordingOptions extends RecordingOptions {
  /** What to do when there is a recording of the new name. Default `'fail'`. */
  ifExists?: IfExists | undefined;
}

/** How to store a recording. */
export interface SaveRecordingOptions extends CopyRecordingOptions {
  /** What to write down about it. None by default. */
  metadata?: RecordingMetadata | undefined;
  /** Whether the file goes when it has been stored. It stays if it is the recording itself, as in the media directory. Default false. */
  move?: boolean | undefined;
}

/** What can be stored: the name of a file of the media directory, or the bytes of an audio file. */
export type RecordingSource = string | Uint8Array | ByteSource;

export const RECORDING_OPTIONS: OptionNames<RecordingOptions> = { signal: true };
export const LIST_OPTIONS: OptionNames<ListRecordingsOptions> = { ...RECORDING_OPTIONS, prefix: true };
export const READ_OPTIONS: OptionNames<ReadRecordingOptions> = { ...RECORDING_OPTIONS, end: true, start: true };
export const COPY_OPTIONS: OptionNames<CopyRecordingOptions> = { ...RECORDING_OPTIONS, ifExists: true };
export const SAVE_OPTIONS: OptionNames<SaveRecordingOptions> = { ...COPY_OPTIONS, metadata: true, move: true };

/** Checks a range; undefined for all. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkRange({ start = 0, end }: ReadRecordingOptions): ByteRange | undefined {
  for (const [name, value] of Object.entries({ start, end })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${name} must be a whole number of bytes of at least 0, not ${shown(value)}`,
    );
  }
  if (end !== undefined && end < start) {
    throw new ChannelError('INVALID_ARGUMENT', `end (${end}) must not be less than start (${start})`);
  }
  return start === 0 && end === undefined ? undefined : { start, end: end ?? Number.MAX_SAFE_INTEGER };
}

/** Checks what is to be stored, unless it is the name of a file. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkSource(source: unknown): Exclude<RecordingSource, string> {
  if (source instanceof Uint8Array || source instanceof ReadableStream) return source;
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) {
    return source as AsyncIterable<Uint8Array>;
  }
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `save() needs the name of a file, its bytes or a stream of them, not ${shown(source)}`,
  );
}

/** Checks a flag. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkMove(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new ChannelError('INVALID_ARGUMENT', `move must be true or false, not ${shown(value)}`);
}
