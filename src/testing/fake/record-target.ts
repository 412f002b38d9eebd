import type { RecordRequest } from '../../channel/record-port.ts';
import { ChannelError } from '../../errors.ts';
import type { MemoryFile, MemoryFiles } from './memory-files.ts';
import { shapeOf } from './recorded-wav.ts';
import { wavLayout } from './wav-bytes.ts';

/** Where a recording goes. */
export interface RecordTarget {
  /** Samples as bytes that it is appended to. */
  readonly before: Uint8Array;
  /** Takes the recording back. */
  undo(): void;
}

/** Looks at what is there already. Throws `ChannelError` `FILE_EXISTS` or `FILE_INVALID`. */
export function recordTarget(files: MemoryFiles, request: RecordRequest, channels: number): RecordTarget {
  const { path, ifExists } = request;
  if (ifExists === 'fail' && files.has(path)) {
    throw new ChannelError('FILE_EXISTS', `there is a file ${path} already; take another name`);
  }
  const there = ifExists === 'append' ? files.inMemory(path) : undefined;
  if (!there) return { before: new Uint8Array(0), undo: () => files.delete(path) };
  return { before: samplesOf(there, request, channels), undo: () => files.keep(path, there) };
}

function samplesOf(file: MemoryFile, request: RecordRequest, channels: number): Uint8Array {
  const shape = shapeOf(request, channels);
  const bytes = file.wav();
  const there = wavLayout(request.path, bytes);
  const isLike = there.encoding === (shape.format === 'PCM16' ? 'S16' : shape.format);
  if (isLike && there.sampleRate === shape.rate && there.channels === shape.channels) {
    return bytes.slice(there.dataOffset, there.dataOffset + there.dataLength);
  }
  throw new ChannelError(
    'FILE_INVALID',
    `nothing can be appended to ${request.path}: it has ${there.channels} channels of ${there.encoding} at ${there.sampleRate} Hz. Choose another name, or the format and rate of that file`,
  );
}
