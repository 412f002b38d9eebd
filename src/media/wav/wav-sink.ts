import { constants, type FileHandle, open } from 'node:fs/promises';
import type { RecordFormat, RecordRequest } from '../../channel/media-port.ts';
import { type AwaitDisk, awaitDisk } from '../../disk.ts';
import { ChannelError } from '../../errors.ts';
import { withAdvice } from './file-advice.ts';
import { WAV_DATA_LIMIT, wavHeaderSize, writeWavHeader } from './wav-writer.codec.ts';

/**
 * How a recording is opened. With O_NOFOLLOW a link that was put in the place of the file after the name was checked leads nowhere,
 * with O_NONBLOCK opening a named pipe does not wait for its reader. Windows has neither.
 */
const CREATE = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What may wait of each channel for a slow disk: half a minute of 16-bit samples. */
const BACKLOG_LIMIT = 480_000;

/**
 * A WAV file being written behind. Samples go to the end of the file first and the sizes in the header after them, so
 * that at every moment the header describes samples that are in the file: whenever the process dies, the file is
 * valid and lacks at most the last piece.
 */
export class WavSink {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #format: RecordFormat;
  readonly #channels: 1 | 2;
  readonly #onFault: (error: ChannelError) => void;
  readonly #disk: AwaitDisk;
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #written = 0;
  #fault: ChannelError | undefined;
  #writing: Promise<void> | undefined;

  private constructor(
    path: string,
    file: FileHandle,
    format: RecordFormat,
    channels: 1 | 2,
    onFault: (error: ChannelError) => void,
    disk: AwaitDisk,
  ) {
    this.#path = path;
    this.#file = file;
    this.#format = format;
    this.#channels = channels;
    this.#onFault = onFault;
    this.#disk = disk;
  }

  /**
   * Creates the file with a header for no samples.
   * Rejects with a `ChannelError`: `FILE_EXISTS` or `FILE_UNWRITABLE`.
   *
   * @param onFault - called once when the disk fails later; nothing is written from then on
   */
  static async open(
    path: string,
    format: RecordFormat,
    ifExists: RecordRequest['ifExists'],
    onFault: (error: ChannelError) => void,
    disk: AwaitDisk = awaitDisk,
    channels: 1 | 2 = 1,
  ): Promise<WavSink> {
    let file: FileHandle;
    try {
      file = await open(path, CREATE | (ifExists === 'fail' ? constants.O_EXCL : constants.O_TRUNC));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        throw new ChannelError('FILE_EXISTS', `${path} exists already; choose another name or overwrite it`, {
          cause: error,
        });
      }
      throw unwritable(path, error);
    }
    const sink = new WavSink(path, file, format, channels, onFault, disk);
    try {
      await sink.#writeHeader();
      return sink;
    } catch (error) {
      await file.close().catch(() => undefined);
      throw unwritable(path, error);
    }
  }

  /** Takes samples over, which must not be changed any more. Never waits and never throws. */
  write(samples: Uint8Array): void {
    if (this.#fault || samples.length === 0) return;
    if (this.#queued + samples.length > BACKLOG_LIMIT * this.#channels) {
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
      await this.#disk(this.#file.close());
    } catch (error) {
      this.#fail(unwritable(this.#path, error));
    }
    return wavHeaderSize(this.#format) + this.#written + (this.#written & 1);
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0 && !this.#fault) {
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
    const start = wavHeaderSize(this.#format) + this.#written;
    // A chunk of odd size is followed by a byte of padding; the next samples overwrite it.
    const bytes = total & 1 ? Buffer.concat([samples, new Uint8Array(1)]) : samples;
    let done = 0;
    try {
      await this.#writeAt(bytes, start, (count) => {
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
    const block = (this.#format === 'PCM16' ? 2 : 1) * this.#channels;
    this.#written += bytes - (bytes % Math.max(2, block));
    await this.#writeHeader().catch(() => undefined);
  }

  async #writeHeader(): Promise<void> {
    await this.#writeAt(writeWavHeader(this.#format, this.#written, this.#channels), 0);
  }

  /** @param onProgress - told how many of the bytes are in the file, after each part that the disk takes. */
  async #writeAt(
    bytes: Uint8Array,
    position: number,
    onProgress: (done: number) => void = () => undefined,
  ): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
      onProgress(done);
    }
  }

  #fail(error: ChannelError): void {
    if (this.#fault) return;
    this.#fault = error;
    this.#queue.length = 0;
    this.#onFault(error);
  }
}

function unwritable(path: string, error: unknown): ChannelError {
  return new ChannelError('FILE_UNWRITABLE', `${path} cannot be written: ${withAdvice(error)}`, {
    cause: error,
  });
}
