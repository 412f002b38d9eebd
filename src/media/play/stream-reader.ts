import type { AwaitDisk } from '../../disk.ts';
import type { Law } from '../codec/g711.codec.ts';
import { Converter, NO_AUDIO } from '../wav/converter.ts';
import type { AudioReader } from './audio-reader.ts';
import { KeptAudio } from './kept-audio.state.ts';

/** What of a stream is kept so that it can be rewound: more than eight minutes. */
const KEPT_BYTES = 4_000_000;
/** How much is asked for at a time: a second. With what waits to be sent then, never more than two seconds are on their way. */
const WANTED = 8000;

export interface StreamReaderOptions {
  readonly sampleRate: number;
  readonly durationMs?: number | undefined;
  readonly law: Law;
  readonly awaitDisk: AwaitDisk;
  /** Asks for so many samples. */
  readonly want: (samples: number) => void;
}

/** Audio that the program delivers piece by piece. What has come can be gone back to. */
export class StreamReader implements AudioReader {
  readonly #options: StreamReaderOptions;
  readonly #converter: Converter;
  readonly #kept = new KeptAudio(KEPT_BYTES);
  #position = 0;
  /** Samples that were asked for and have not come. */
  #due = 0;
  #isComplete = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#converter = new Converter(options.sampleRate, options.law);
  }

  get length(): number | undefined {
    return this.#isComplete ? this.#kept.end : undefined;
  }

  get expectedLength(): number | undefined {
    const { durationMs } = this.#options;
    return this.length ?? (durationMs === undefined ? undefined : Math.max(this.#kept.end, Math.round(durationMs * 8)));
  }

  /** A piece has come. */
  push(samples: Int16Array): void {
    this.#kept.append(this.#converter.push(samples));
    this.#due -= samples.length;
    this.#wake();
  }

  /** All has come. */
  complete(): void {
    this.#kept.append(this.#converter.flush());
    this.#isComplete = true;
    this.#wake();
  }

  /** No more comes. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  async open(): Promise<void> {
    if (!this.#converter.isReady && !this.#isComplete) await this.#options.awaitDisk(this.#converter.ready());
    if (this.#kept.end === 0) this.#ask(WANTED);
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const piece = this.#read();
    if (piece || this.#isComplete) return piece;
    return this.#later();
  }

  seek(position: number): number | Promise<number> {
    if (position <= this.#kept.end || this.#isComplete) return this.#goTo(position);
    return this.#await(position);
  }

  interrupt(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    this.#converter.release();
  }

  #goTo(position: number): number {
    this.#position = Math.max(this.#kept.begin, Math.min(position, this.#kept.end));
    return this.#position;
  }

  async #later(): Promise<Uint8Array | undefined> {
    await this.#news(WANTED);
    const piece = this.#read();
    if (piece) return piece;
    this.#check();
    return this.#isComplete ? undefined : NO_AUDIO;
  }

  async #await(position: number): Promise<number> {
    const before = this.#kept.end;
    await this.#news(position - before + WANTED);
    this.#check();
    if (this.#kept.end === before || this.#isComplete) return this.#goTo(position);
    return this.seek(position);
  }

  #read(): Uint8Array | undefined {
    if (this.#position >= this.#kept.end) return undefined;
    const piece = this.#kept.read(Math.max(this.#position, this.#kept.begin));
    this.#position = Math.max(this.#position, this.#kept.begin) + piece.length;
    return piece;
  }

  /** Waits until something has happened, or for an interruption. Rejects when nothing more will come. */
  async #news(wanted: number): Promise<void> {
    this.#check();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#ask(wanted);
    await woken;
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }

  #ask(wanted: number): void {
    const { sampleRate } = this.#options;
    const due = Math.max(0, this.#due);
    const missing = Math.ceil((wanted * sampleRate) / 8000) - due;
    if (due > 0 && missing <= sampleRate) return;
    this.#due = due + missing;
    this.#options.want(missing);
  }
}
