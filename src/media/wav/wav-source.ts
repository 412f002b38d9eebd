import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ChannelError } from '../../errors.ts';
import { PCMA, PCMU } from '../codec/g711.codec.ts';
import type { CodecName } from '../negotiation/plan.ts';
import { Converter } from './converter.ts';
import { withAdvice } from './file-advice.ts';
import { samplesIn } from './ima-adpcm.codec.ts';
import { toMono } from './pcm.codec.ts';
import type { WavLayout } from './wav-format.ts';
import { invalid } from './wav-header.codec.ts';
import { findWavLayout } from './wav-layout.codec.ts';

const RATE = 8000;
/** Pieces are short where each has to be computed, because the same thread sends the packets. */
const RESAMPLED_PIECE_MS = 200;
const CONVERTED_PIECE_MS = 1000;
const PLAIN_PIECE_MS = 4000;

/** A WAV file being read, as 8 kHz mono G.711 of one law. Nothing in it waits for the disk but its own methods. */
export class WavSource {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #layout: WavLayout;
  readonly #law: CodecName;
  readonly #pieceBytes: number;
  readonly #converter: Converter;
  #position = 0;
  /** Samples of one channel in a frame. */
  readonly #frameSamples: number;
  /** Samples at the beginning of the next frame that are not wanted. */
  #surplus = 0;

  private constructor(path: string, file: FileHandle, layout: WavLayout, law: CodecName) {
    this.#path = path;
    this.#file = file;
    this.#layout = layout;
    this.#law = law;
    this.#frameSamples = samplesIn(layout, layout.frameBytes);
    this.#converter = new Converter(layout.sampleRate, law === 'PCMU' ? PCMU : PCMA);
    const ms = this.#isPlain() ? PLAIN_PIECE_MS : layout.sampleRate === RATE ? CONVERTED_PIECE_MS : RESAMPLED_PIECE_MS;
    const samples = (layout.sampleRate * ms) / 1000 / this.#frameSamples;
    this.#pieceBytes = Math.max(1, Math.round(samples)) * layout.frameBytes;
  }

  /**
   * Opens a file and reads its header. Rejects with a `ChannelError`: `FILE_NOT_FOUND`, `FILE_UNREADABLE` or
   * `FILE_INVALID`.
   */
  static async open(path: string, law: CodecName): Promise<WavSource> {
    const file = await openForReading(path);
    try {
      return new WavSource(path, file, await readLayout(path, file), law);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Length of the whole in bytes of what it gives. */
  get length(): number {
    const { samples, sampleRate } = this.#layout;
    return Math.round((samples * RATE) / sampleRate);
  }

  /** The next piece, of any length, or `undefined` at the end. Rejects with `FILE_UNREADABLE`. */
  async read(): Promise<Uint8Array | undefined> {
    const { dataOffset, dataLength } = this.#layout;
    const wanted = Math.min(this.#pieceBytes, dataLength - this.#position);
    if (wanted <= 0) return this.#end();
    const from = (this.#position / this.#layout.frameBytes) * this.#frameSamples;
    const bytes = await readAt(this.#path, this.#file, dataOffset + this.#position, wanted);
    this.#position += bytes.length;
    // The file may have been cut since its size was read.
    if (bytes.length < wanted) this.#position = dataLength;
    if (bytes.length === 0) return this.#end();
    if (this.#isPlain()) return bytes;
    if (!this.#converter.isReady) await this.#converter.ready();
    return this.#converter.push(this.#cut(toMono(bytes, this.#layout), from));
  }

  /** Goes to a byte of what it gives. */
  seek(position: number): void {
    const sample = this.#converter.seek(position);
    const frame = Math.floor(sample / this.#frameSamples);
    this.#position = frame * this.#layout.frameBytes;
    this.#surplus = sample - frame * this.#frameSamples;
  }

  async close(): Promise<void> {
    this.#converter.release();
    await this.#file.close();
  }

  #end(): Uint8Array | undefined {
    const last = this.#converter.flush();
    return last.length > 0 ? last : undefined;
  }

  /** Leaves out what was not asked for, and what is behind the end in the last block. */
  #cut(samples: Int16Array, from: number): Int16Array {
    const wanted = samples.subarray(this.#surplus, Math.max(0, this.#layout.samples - from));
    this.#surplus = 0;
    return wanted;
  }

  /** Whether the bytes of the file are the bytes to send. */
  #isPlain(): boolean {
    return this.#layout.encoding === this.#law && this.#layout.channels === 1 && this.#layout.sampleRate === RATE;
  }
}

/** Opens a file, and no link. Rejects with `FILE_NOT_FOUND` or `FILE_UNREADABLE`. */
export async function openForReading(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK opening a named pipe would wait for its writer; with O_NOFOLLOW a link that was put in the place of the
    // file after the name was checked leads nowhere. Windows has neither.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ChannelError('FILE_NOT_FOUND', `${path} does not exist; check its name and mediaDirectory`, {
        cause: error,
      });
    }
    throw unreadable(path, error);
  }
  return file;
}

/** Reads the header of a WAV file. Rejects with `FILE_UNREADABLE` or `FILE_INVALID`. */
export async function readLayout(path: string, file: FileHandle): Promise<WavLayout> {
  const facts = await file.stat();
  if (!facts.isFile()) throw invalid(path, 'it is not a regular file');
  return findWavLayout(path, facts.size, (start, end) => readAt(path, file, start, end - start));
}

/** Reads so many bytes, or fewer where the file ends. Rejects with `FILE_UNREADABLE`. */
export async function readAt(path: string, file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  try {
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return bytes.subarray(0, filled);
}

function unreadable(path: string, error: unknown): ChannelError {
  return new ChannelError('FILE_UNREADABLE', `${path} cannot be read: ${withAdvice(error)}`, { cause: error });
}
