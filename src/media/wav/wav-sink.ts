import type { RecordRequest } from '../../channel/record-port.ts';
import { type AwaitDisk, awaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { openWav, unwritable, type WavFile, writeAt } from './wav-file.ts';
import { setWavSizes, WAV_DATA_LIMIT, type WavShape, wavSampleBytes } from './wav-writer.codec.ts';

/** What may wait for a slow disk: half a minute, in milliseconds. */
const BACKLOG_MS = 30_000;

/** Told once when the disk fails; nothing is written from then on. */
type OnFault = (error: ChannelError) => void;

/**
 * A WAV file being written behind. Samples go to the end of the file first and the sizes in the header after them, so
 * that at every moment the header describes samples that are in the file: whenever the process dies, the file is
 * valid and lacks at most the last piece.
 */
export class WavSink {
  readonly #path: string;
  readonly #target: WavFile;
  readonly #onFault: OnFault;
  readonly #disk: AwaitDisk;
  readonly #queue: Uint8Array[] = [];
  /** Bytes of a sample of all channels, and those that may wait. */
  readonly #block: number;
  readonly #backlog: number;
  #queued = 0;
  /** Bytes of samples that are in the file. */
  #written: number;
  #fault: ChannelError | undefined;
  #isDiscarded = false;
  #writing: Promise<void> | undefined;

  private constructor(path: string, target: WavFile, shape: WavShape, onFault: OnFault, disk: AwaitDisk) {
    this.#path = path;
    this.#target = target;
    this.#onFault = onFault;
    this.#disk = disk;
    this.#written = target.dataBytes;
    this.#block = wavSampleBytes(shape.format) * shape.channels;
    this.#backlog = (this.#block * shape.rate * BACKLOG_MS) / 1000;
  }

  /**
   * Creates the file with a header for no samples, or opens one to append to it.
   * Rejects with a `ChannelError`: `FILE_EXISTS`, `FILE_INVALID` or `FILE_UNWRITABLE`.
   */
  static async open(
    path: string,
    shape: WavShape,
    ifExists: RecordRequest['ifExists'],
    onFault: OnFault,
    disk: AwaitDisk = awaitDisk,
  ): Promise<WavSink> {
    return new WavSink(path, await openWav(path, shape, ifExists), shape, onFault, disk);
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#target.header.length + this.#written + (this.#written & 1);
  }

  /** Takes samples over, which must not be changed any more. Never waits and never throws. */
  write(samples: Uint8Array): void {
    if (this.#fault || samples.length === 0) return;
    if (this.#queued + samples.length > this.#backlog) {
      this.#fail(
        new ChannelError(
          'FILE_UNWRITABLE',
          `${this.#path} cannot be written as fast as the call is recorded; use a faster disk or fewer recordings at once`,
        ),
      );
      return;
    }
    this.#queue.push(samples);
    this.#queued += samples.length;
    this.#writing ??= this.#disk(this.#drain());
  }

  /** Writes what waits and closes the file. Resolves with its size, also after a fault. */
  async finish(): Promise<number> {
    while (this.#writing) await this.#writing;
    try {
      await this.#disk(this.#target.file.close());
    } catch (error) {
      this.#fail(unwritable(this.#path, error));
    }
    return this.size;
  }

  /** Takes back what was written, and closes the file. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    this.#queue.length = 0;
    await this.finish();
    try {
      await this.#disk(this.#target.undo());
    } catch (error) {
      this.#fail(unwritable(this.#path, error));
    }
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0 && !this.#fault && !this.#isDiscarded) {
        const samples = this.#queue.length === 1 ? (this.#queue[0] as Uint8Array) : Buffer.concat(this.#queue);
        this.#queue.length = 0;
        await this.#append(samples);
        this.#queued -= samples.length;
      }
    } catch (error) {
      this.#fail(unwritable(this.#path, error));
    }
    this.#writing = undefined;
  }

  async #append(samples: Uint8Array): Promise<void> {
    const total = this.#written + samples.length;
    if (total > WAV_DATA_LIMIT) throw new Error('a WAV file can hold no more than 4 GB');
    const { file, header } = this.#target;
    // A chunk of odd size is followed by a byte of padding; the next samples overwrite it.
    const bytes = total & 1 ? Buffer.concat([samples, new Uint8Array(1)]) : samples;
    let done = 0;
    try {
      await writeAt(file, bytes, header.length + this.#written, (count) => {
        done = count;
      });
    } catch (error) {
      await this.#keep(Math.min(done, samples.length));
      throw error;
    }
    this.#written = total;
    await this.#writeHeader();
  }

  /** A disk that is full has taken a part of the last piece: what it has of whole samples can be heard as well. */
  async #keep(bytes: number): Promise<void> {
    this.#written += bytes - (bytes % Math.max(2, this.#block));
    await this.#writeHeader().catch(() => undefined);
  }

  async #writeHeader(): Promise<void> {
    const { file, header } = this.#target;
    setWavSizes(header, this.#written, this.#block);
    await writeAt(file, header, 0);
  }

  #fail(error: ChannelError): void {
    if (this.#fault) return;
    this.#fault = error;
    this.#queue.length = 0;
    this.#onFault(error);
  }
}
