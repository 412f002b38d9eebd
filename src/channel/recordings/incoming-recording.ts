import type { AwaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import type { FileStore } from '../files/file-store.ts';
import type { AudioFacts, DescribeAudio } from './audio-facts.ts';
import { type ByteSource, piecesOf, streamOfBytes } from './byte-stream.ts';
import type { LocalCopies, LocalCopy } from './local-copies.ts';
import type { OpenRecordings } from './open-recordings.ts';
import { parseRecordingName } from './recording-name.codec.ts';

/** What recordings that come in are looked at with. */
export interface Intake {
  readonly files: FileStore;
  readonly copies: LocalCopies;
  readonly open: OpenRecordings;
  readonly describe: DescribeAudio;
  readonly awaitDisk: AwaitDisk;
}

/** A recording that is about to be stored, checked. */
export interface IncomingRecording {
  readonly copy: LocalCopy;
  readonly facts: AudioFacts;
}

/** Takes in what is to be stored and looks into it. Rejects with `FILE_NOT_FOUND`, `FILE_INVALID`, `BUSY` and as a stream does. */
export async function takeIn(
  { files, copies, open, describe, awaitDisk }: Intake,
  source: string | Uint8Array | ByteSource,
  signal: AbortSignal,
): Promise<IncomingRecording> {
  let copy: LocalCopy;
  if (typeof source === 'string') {
    const found = await files.find(source);
    if (!found) {
      throw new ChannelError('FILE_NOT_FOUND', `there is no file ${JSON.stringify(source)} in the media directory`);
    }
    if (open.isWritten(found.path)) {
      throw new ChannelError('BUSY', `${JSON.stringify(source)} is being recorded; stop the recording first`);
    }
    copy = copies.ofFile(found.path, found.bytes);
  } else {
    const stream = source instanceof Uint8Array ? streamOfBytes(source) : source;
    copy = await copies.take(checkedPieces(stream), signal, awaitDisk);
  }
  try {
    const name = typeof source === 'string' ? source : 'what is to be stored';
    return { copy, facts: await awaitDisk(describe(name, copy.bytes, copy.read)) };
  } catch (error) {
    await copy.remove();
    throw error;
  }
}

/** What a store calls a new recording. Throws `ChannelError` `INVALID_ARGUMENT` when its name says another kind of file. */
export function newStoredName(name: string, { extension }: AudioFacts): string {
  const parsed = parseRecordingName(name);
  if (parsed.extension !== undefined && parsed.extension !== extension) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(name)} ends in .${parsed.extension}, but it would hold a file of type ${extension}; leave the ending out`,
    );
  }
  return `${parsed.name}.${extension}`;
}

async function* checkedPieces(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of piecesOf(source)) {
    if (!(piece instanceof Uint8Array)) {
      throw new ChannelError('INVALID_ARGUMENT', `a stream to be stored must bring bytes, not a ${typeof piece}`);
    }
    yield piece;
  }
}
