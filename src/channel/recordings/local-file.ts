import { constants, type FileHandle, open } from 'node:fs/promises';
import { ChannelError } from '../../errors.ts';
import { streamOf } from './byte-stream.ts';

/** As for recordings that are written: a link that was put in the place of the file after the name was checked leads nowhere. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A part of a file whose path has been checked, as a stream. Rejects, when it is read, with `ChannelError` `FILE_UNREADABLE`. */
export function streamOfFile(path: string, start: number, end: number): ReadableStream<Uint8Array> {
  return streamOf(() => openFile(path), start, end);
}

/** A part of a file. Rejects with `ChannelError` `FILE_UNREADABLE`. */
export async function readPart(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    return await file.read(start, end - start);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<{
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, READ);
    if (!(await file.stat()).isFile()) throw new Error('it is no file');
  } catch (error) {
    await file?.close();
    throw unreadable(path, error);
  }
  const handle = file;
  return {
    async read(at, length) {
      try {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, at);
        return buffer.subarray(0, bytesRead);
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    close: () => handle.close(),
  };
}

function unreadable(path: string, cause: unknown): ChannelError {
  return new ChannelError('FILE_UNREADABLE', `${path} cannot be read; check that it is a file and its permissions`, {
    cause,
  });
}
