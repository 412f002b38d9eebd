import type { PcmStream } from '../../channel/play-port.ts';
import { samplesIn } from '../wav/ima-adpcm.codec.ts';
import { toMono } from '../wav/pcm.codec.ts';
import type { WavFormat } from '../wav/wav-format.ts';
import { type openForReading, readAt } from '../wav/wav-source.ts';

type FileHandle = Awaited<ReturnType<typeof openForReading>>;

/** Pieces are short, because they are converted in the thread of the program. */
const PIECE_MS = 1000;

/** Bytes that can be read anywhere. */
export interface SampleBytes {
  readonly format: WavFormat;
  /** Bytes of samples. */
  readonly length: number;
  /** So many of them, or fewer at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Samples in memory. */
export interface MemoryBytes extends SampleBytes {
  /** All of them, converted. */
  all(): Int16Array;
}

/** A file from its first byte to its last. */
export function fileBytes(path: string, file: FileHandle, length: number, format: WavFormat): SampleBytes {
  return {
    format,
    length,
    read: (position, count) => readAt(path, file, position, count),
    close: () => file.close(),
  };
}

export function memoryBytes(bytes: Uint8Array, format: WavFormat): MemoryBytes {
  return {
    format,
    length: bytes.length,
    read: async (position, count) => bytes.subarray(position, position + count),
    close: () => Promise.resolve(),
    all: () => toMono(bytes, format),
  };
}

/** Samples that need no decoder but their table, from a file or from memory. */
export class NativeStream implements PcmStream {
  readonly sampleRate: number;
  readonly durationMs: number;
  readonly isRealWork = true;
  readonly #bytes: SampleBytes;
  readonly #pieceBytes: number;
  #position = 0;
  #closed = false;

  constructor(bytes: SampleBytes) {
    const { frameBytes, sampleRate } = bytes.format;
    this.sampleRate = sampleRate;
    this.durationMs = (samplesIn(bytes.format, bytes.length) / sampleRate) * 1000;
    this.#bytes = bytes;
    this.#pieceBytes = Math.max(1, Math.round((sampleRate * PIECE_MS) / 1000)) * frameBytes;
  }

  async read(): Promise<Int16Array | undefined> {
    const wanted = Math.min(this.#pieceBytes, this.#bytes.length - this.#position);
    if (this.#closed || wanted < this.#bytes.format.frameBytes) return undefined;
    const bytes = await this.#bytes.read(this.#position, wanted);
    this.#position += wanted;
    const samples = toMono(bytes, this.#bytes.format);
    return samples.length > 0 ? samples : undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#bytes.close();
  }
}
