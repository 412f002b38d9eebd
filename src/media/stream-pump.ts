import type { PcmStream } from '../channel/play-port.ts';
import type { AwaitDisk } from '../disk.ts';
import { type PlainError, toPlainError } from './worker/plain-error.ts';

/** Pieces that go to the engine are short, because the thread that converts them sends packets too. */
const PIECE_MS = 200;

/** Takes what is read from a stream. */
export interface StreamPumpTarget {
  /** Samples that are its own from now on. */
  piece(samples: Int16Array<ArrayBuffer>): void;
  end(): void;
  failure(error: PlainError): void;
}

/** Reads a stream as far as it is wanted, and closes it when it ends or nobody wants it any more. */
export class StreamPump {
  readonly #stream: PcmStream;
  readonly #disk: AwaitDisk;
  readonly #target: StreamPumpTarget;
  /** Samples that are still wanted. */
  #wanted = 0;
  /** What was read and not yet wanted. */
  #rest = new Int16Array(0);
  #isReading = false;
  #closing: Promise<void> | undefined;

  constructor(stream: PcmStream, awaitDisk: AwaitDisk, target: StreamPumpTarget) {
    this.#stream = stream;
    this.#disk = awaitDisk;
    this.#target = target;
  }

  /** Lets so many samples more come. */
  want(samples: number): void {
    this.#wanted = Math.max(0, this.#wanted) + samples;
    if (!this.#isReading) void this.#read();
  }

  /** Resolves when the stream is closed. Safe to repeat, never rejects. */
  close(): Promise<void> {
    // Whoever plays a stream has no use for what goes wrong with it at the end.
    this.#closing ??= (async () => this.#stream.close())().catch(() => undefined);
    return this.#closing;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#wanted > 0 && !this.#closing) {
        if (this.#rest.length > 0) this.#pass();
        else if (!(await this.#fill())) break;
      }
    } catch (error) {
      if (!this.#closing) this.#target.failure(toPlainError(error));
      void this.close();
    }
    this.#isReading = false;
  }

  /** @returns false at the end. */
  async #fill(): Promise<boolean> {
    const { read, isRealWork } = { read: async () => this.#stream.read(), isRealWork: this.#stream.isRealWork };
    const piece = await (isRealWork ? this.#disk(read()) : read());
    if (this.#closing) return false;
    if (piece) {
      this.#rest = new Int16Array(piece);
      return true;
    }
    this.#target.end();
    void this.close();
    return false;
  }

  #pass(): void {
    const count = Math.ceil((this.#stream.sampleRate * PIECE_MS) / 1000);
    // A copy of its own: with a view all the memory behind it would go to the other thread.
    this.#target.piece(this.#rest.slice(0, count));
    this.#wanted -= Math.min(count, this.#rest.length);
    this.#rest = this.#rest.subarray(count);
  }
}
