import type { MediaStreams } from '../tap-port.ts';
import type { AudioFormat } from './audio-options.ts';

/** Whoever reads too slowly loses what is older than this. */
const BACKLOG_MS = 2000;

/** What the far end says, as a stream that is read. */
export class AudioReader {
  readonly stream: ReadableStream<Int16Array>;
  readonly #frameMs: number;
  readonly #dropped: (ms: number) => void;
  readonly #tap: Disposable;
  /** What has come and was not read. */
  readonly #waiting: Int16Array[] = [];
  #controller: ReadableStreamDefaultController<Int16Array> | undefined;
  /** Somebody reads and there is nothing yet. */
  #read: (() => void) | undefined;
  #isOver = false;

  /** @param dropped - told how many milliseconds were lost because nobody read them in time. */
  constructor(streams: MediaStreams, format: AudioFormat, dropped: (ms: number) => void) {
    this.#frameMs = format.frameMs;
    this.#dropped = dropped;
    this.stream = new ReadableStream<Int16Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pull(),
        cancel: () => this.#stop(),
      },
      { highWaterMark: 0 },
    );
    this.#tap = streams.tap(format, (samples) => this.#take(samples));
  }

  /** Whether it was cancelled, closed, or ended with the call. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing more comes: what is there can still be read, and after it the stream is at its end. */
  end(): void {
    if (this.#isOver) return;
    this.#stop();
    this.#closeWhenRead();
    this.#read?.();
  }

  /** Ends it at once, with an error if there is one. */
  close(error?: unknown): void {
    if (this.#isOver) return;
    this.#waiting.length = 0;
    if (error === undefined) {
      this.end();
      return;
    }
    this.#stop();
    this.#controller?.error(error);
    this.#read?.();
  }

  #take(samples: Int16Array): void {
    if (this.#isOver) return;
    this.#waiting.push(samples);
    if (this.#read) this.#give();
    else if (this.#waiting.length * this.#frameMs > BACKLOG_MS) {
      this.#waiting.shift();
      this.#dropped(this.#frameMs);
    }
  }

  #pull(): Promise<void> | undefined {
    if (this.#waiting.length > 0) {
      this.#give();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#read = resolve;
    });
  }

  #give(): void {
    const samples = this.#waiting.shift();
    if (samples) this.#controller?.enqueue(samples);
    if (this.#isOver) this.#closeWhenRead();
    this.#read?.();
    this.#read = undefined;
  }

  #stop(): void {
    this.#isOver = true;
    this.#tap[Symbol.dispose]();
  }

  #closeWhenRead(): void {
    if (this.#waiting.length === 0) this.#controller?.close();
  }
}
