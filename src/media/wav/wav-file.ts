import { constants, type FileHandle, open, unlink } from 'node:fs/promises';
import type { RecordRequest } from '../../channel/record-port.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { withAdvice } from './file-advice.ts';
import { SAMPLE_BYTES, type SampleEncoding, type WavLayout } from './wav-format.ts';
import { readAt, readLayout } from './wav-source.ts';
import { setWavSizes, type WavSamples, type WavShape, writeWavHeader } from './wav-writer.codec.ts';

/**
 * How a recording is opened. With O_NOFOLLOW a link that was put in the place of the file after the name was checked leads nowhere,
 * with O_NONBLOCK opening a named pipe does not wait for its reader. Windows has neither.
 */
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const CREATE = constants.O_WRONLY | constants.O_CREAT | SAFELY;
/** The longest header that is appended after, and the most that may stand behind the samples there. */
const LONGEST_HEADER = 65_536;
const LONGEST_TAIL = 1_048_576;

const ENCODINGS: Readonly<Record<WavSamples, SampleEncoding>> = { PCM16: 'S16', PCMA: 'PCMA', PCMU: 'PCMU' };

/** A WAV file that can be written to. */
export interface WavFile {
  readonly file: FileHandle;
  /** Everything before the samples; its sizes are kept up to date. */
  readonly header: Uint8Array;
  /** Bytes of samples that are there. */
  readonly dataBytes: number;
  /** Makes everything as it was before the file was opened, as far as that is possible. The file must not be written to any more. */
  undo(): Promise<void>;
}

/** Opens a file to record into. Rejects with `ChannelError` `FILE_EXISTS`, `FILE_INVALID` or `FILE_UNWRITABLE`. */
export async function openWav(path: string, shape: WavShape, ifExists: RecordRequest['ifExists']): Promise<WavFile> {
  try {
    if (ifExists !== 'append')
      return await create(path, shape, ifExists === 'fail' ? constants.O_EXCL : constants.O_TRUNC);
    const there = await openThere(path);
    return there
      ? await withFile(there, () => follow(path, there, shape))
      : await create(path, shape, constants.O_EXCL);
  } catch (failure) {
    // For one who writes it is the same whether that or the look before it fails.
    const error = isChannelError(failure) && failure.code === 'FILE_UNREADABLE' ? failure.cause : failure;
    if (isChannelError(error)) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, error);
    throw new ChannelError('FILE_EXISTS', `${path} exists already; choose another name or overwrite it`, {
      cause: error,
    });
  }
}

/** Why a file cannot be written. */
export function unwritable(path: string, error: unknown): ChannelError {
  return new ChannelError('FILE_UNWRITABLE', `${path} cannot be written: ${withAdvice(error)}`, { cause: error });
}

/** Writes all of it: a disk may take it in parts. @param onProgress - told how many of the bytes are in the file. */
export async function writeAt(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
    onProgress(done);
  }
}

async function create(path: string, shape: WavShape, flag: number): Promise<WavFile> {
  const file = await open(path, CREATE | flag);
  const header = writeWavHeader(shape, 0);
  await withFile(file, () => writeAt(file, header, 0));
  return { file, header, dataBytes: 0, undo: () => remove(path) };
}

async function openThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR | SAFELY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Prepares a file for samples behind those that it has. What stood there, such as a list of tags, goes. */
async function follow(path: string, file: FileHandle, shape: WavShape): Promise<WavFile> {
  const info = await file.stat();
  if (!info.isFile()) throw noAppending(path, 'it is no file');
  if (info.size === 0) {
    const empty = writeWavHeader(shape, 0);
    await writeAt(file, empty, 0);
    return { file, header: empty, dataBytes: 0, undo: () => restore(path, [], 0) };
  }
  const { dataOffset, dataLength, ...format } = await layoutOf(path, file);
  const encoding = ENCODINGS[shape.format];
  if (format.encoding !== encoding || format.sampleRate !== shape.rate || format.channels !== shape.channels) {
    throw noAppending(
      path,
      `it has ${name(format)}, and ${name({ ...shape, encoding, sampleRate: shape.rate })} are to be appended`,
    );
  }
  const end = dataOffset + dataLength;
  if (dataOffset > LONGEST_HEADER || info.size - end > LONGEST_TAIL) {
    throw noAppending(path, 'there is too much beside its samples');
  }
  const before = await readAt(path, file, 0, dataOffset);
  if (before[3] !== 0x46) throw noAppending(path, 'it is an RF64 file');
  const tail = await readAt(path, file, end, info.size - end);
  const header = before.slice();
  setWavSizes(header, dataLength, format.frameBytes);
  // In this order the sizes are right at every moment.
  await writeAt(file, header, 0);
  await file.truncate(end);
  if (dataLength & 1) await writeAt(file, new Uint8Array(1), end);
  const parts = [
    { bytes: before, at: 0 },
    { bytes: tail, at: end },
  ];
  return { file, header, dataBytes: dataLength, undo: () => restore(path, parts, info.size) };
}

async function layoutOf(path: string, file: FileHandle): Promise<WavLayout> {
  try {
    return await readLayout(path, file);
  } catch (cause) {
    if (!isChannelError(cause) || cause.code !== 'FILE_INVALID') throw cause;
    const what = 'it is no WAV file, or a broken one';
    throw new ChannelError('FILE_INVALID', noAppending(path, what).message, { cause });
  }
}

/** Takes the last name of a file away. One that is gone already, or another's place, is no fault. */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(path, error);
  }
}

async function restore(
  path: string,
  parts: readonly { readonly bytes: Uint8Array; readonly at: number }[],
  size: number,
): Promise<void> {
  try {
    const file = await openThere(path);
    if (!file) return;
    try {
      for (const { bytes, at } of parts) await writeAt(file, bytes, at);
      await file.truncate(size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Closes the file again when something goes wrong with it. */
async function withFile<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

function name({ encoding, sampleRate, channels }: Pick<WavLayout, 'encoding' | 'sampleRate' | 'channels'>): string {
  return `${channels === 1 ? 'one channel' : `${channels} channels`} of ${kind(encoding)} at ${sampleRate} Hz`;
}

function kind(encoding: WavLayout['encoding']): string {
  if (encoding === 'IMA') return 'IMA ADPCM';
  return encoding.startsWith('PCM') ? encoding : `${SAMPLE_BYTES[encoding] * 8}-bit samples`;
}

function noAppending(path: string, what: string): ChannelError {
  return new ChannelError(
    'FILE_INVALID',
    `nothing can be appended to ${path}: ${what}. Choose another name, or the format and rate of that file`,
  );
}
