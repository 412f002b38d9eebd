import { ChannelError } from '../../errors.ts';
import { handled, shown } from '../../operation.ts';
import type { Call } from '../call.ts';
import type { AudioFeed, FeedProgress } from '../tap-port.ts';
import { SampleBytes } from './sample-bytes.state.ts';

/** Audio that a program writes: samples, or their bytes with the low byte first. */
export type AudioChunk = Int16Array | Uint8Array;
/** What became of a mark: all before it was sent, or has been dropped. */
export type MarkOutcome = 'played' | 'cleared';

/** So much is on its way to be sent at most, and so much more waits in the stream: a second altogether. */
const AHEAD_MS = 800;
const QUEUED_MS = 200;
/** Length of the pieces that media is given: the thread that converts them sends packets too. */
const PIECE_MS = 100;

interface Mark {
  /** How many chunks go before it. */
  readonly after: number;
  readonly reached: (outcome: MarkOutcome) => void;
}

/** What a program says to the far end, as a stream that is written. */
export class AudioWriter {
  readonly stream: WritableStream<AudioChunk>;
  readonly #call: Call;
  readonly #sampleRate: number;
  readonly #operation: string;
  readonly #bytes = new SampleBytes();
  #controller: WritableStreamDefaultController | undefined;
  #feed: AudioFeed | undefined;
  #slot: Disposable | undefined;
  /** Chunks that were written, and of those how many are done with: handed to media, or dropped. */
  #written = 0;
  #done = 0;
  /** Chunks up to this one are dropped. */
  #clearedTo = 0;
  /** Milliseconds that were written and neither handed over nor dropped. */
  #waitingMs = 0;
  #aheadMs = 0;
  #heardMs = 0;
  /** Marks that media has not been told of, and those that it has, by number. */
  #marks: Mark[] = [];
  readonly #posted = new Map<number, Mark>();
  #count = 0;
  #clearing: ((ms: number) => void)[] = [];
  /** Calls back when something has been sent or nothing will be any more. */
  #moved: (() => void)[] = [];
  #isOver = false;
  /** Whether it was closed when all had been sent. */
  #isComplete = false;
  /** Why nothing can be written any more, unless the program has ended it. */
  #failure: unknown;

  constructor(call: Call, sampleRate: number, operation: string) {
    this.#call = call;
    this.#sampleRate = sampleRate;
    this.#operation = operation;
    this.stream = forgivable(
      new WritableStream<AudioChunk>(
        {
          start: (controller) => {
            this.#controller = controller;
          },
          write: (chunk) => this.#write(chunk),
          close: () => this.#finish(),
          abort: () => this.#end(),
        },
        { highWaterMark: QUEUED_MS, size: (chunk) => this.#enqueue(chunk) },
      ),
    );
  }

  /** Whether nothing can be written any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get heardMs(): number {
    return this.#heardMs;
  }

  get aheadMs(): number {
    return this.#aheadMs + this.#waitingMs;
  }

  /** Ends it with an error, for whoever writes. What has not been sent is dropped. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = error;
    this.#end();
    this.#controller?.error(error);
  }

  /** Resolves when all that was written before has been sent or dropped. */
  mark(): Promise<MarkOutcome> {
    if (this.#isOver) return Promise.resolve(this.#isComplete ? 'played' : 'cleared');
    return new Promise((reached) => {
      this.#marks.push({ after: this.#written, reached });
      this.#postMarks();
    });
  }

  /** Drops what was written and not sent. Resolves with its length. */
  async clear(): Promise<number> {
    const waiting = this.#waitingMs;
    this.#waitingMs = 0;
    this.#clearedTo = this.#written;
    this.#bytes.reset();
    const marks = this.#marks.splice(0);
    const feed = this.#feed;
    const dropped = feed
      ? await new Promise<number>((resolve) => {
          this.#clearing.push(resolve);
          this.#wake();
          feed.clear();
        })
      : 0;
    for (const { reached } of marks) reached('cleared');
    return dropped + waiting;
  }

  /** Called by the stream for each chunk as it is written, before any of the chunks before it need have been taken. */
  #enqueue(chunk: unknown): number {
    this.#written++;
    const ms = this.#lengthOf(chunk);
    this.#waitingMs += ms;
    return ms;
  }

  #lengthOf(chunk: unknown): number {
    const samples = chunk instanceof Int16Array ? chunk.length : chunk instanceof Uint8Array ? chunk.length / 2 : 0;
    return (samples * 1000) / this.#sampleRate;
  }

  async #write(chunk: AudioChunk): Promise<void> {
    const number = this.#done + 1;
    try {
      if (number > this.#clearedTo) await this.#send(chunk, number);
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#done = number;
    this.#postMarks();
    this.#rest();
  }

  async #send(chunk: AudioChunk, number: number): Promise<void> {
    const samples = this.#samplesOf(chunk);
    if (samples.length === 0) return;
    const call = this.#call;
    this.#slot ??= call.activity.take('send', this.#operation);
    this.#feed ??= call.media
      .demand()
      .streams.feed({ sampleRate: this.#sampleRate }, (progress) => this.#progress(progress));
    const length = (this.#sampleRate * PIECE_MS) / 1000;
    for (let at = 0; at < samples.length; ) {
      while (this.#aheadMs >= AHEAD_MS && !this.#isDropped(number)) await this.#news();
      if (this.#isDropped(number)) break;
      const piece = samples.slice(at, at + length);
      const ms = (piece.length * 1000) / this.#sampleRate;
      at += piece.length;
      this.#waitingMs = Math.max(0, this.#waitingMs - ms);
      this.#aheadMs += ms;
      this.#feed.push(piece);
    }
    if (this.#isOver) throw this.#failure;
  }

  #isDropped(number: number): boolean {
    return this.#isOver || number <= this.#clearedTo;
  }

  #samplesOf(chunk: AudioChunk): Int16Array<ArrayBufferLike> {
    if (chunk instanceof Int16Array) return chunk;
    if (chunk instanceof Uint8Array) return this.#bytes.push(chunk);
    throw new ChannelError('INVALID_ARGUMENT', `${this.#operation} takes an Int16Array or bytes, not ${shown(chunk)}`);
  }

  #progress({ aheadMs, heardMs, marks, cleared }: FeedProgress): void {
    this.#aheadMs = aheadMs;
    this.#heardMs = heardMs;
    // First the turn is given back: who waits for a mark may want to play something then.
    this.#rest();
    for (const ms of cleared) this.#clearing.shift()?.(ms);
    for (const { mark, isPlayed } of marks) {
      this.#posted.get(mark)?.reached(isPlayed ? 'played' : 'cleared');
      this.#posted.delete(mark);
    }
    this.#wake();
  }

  /** Lets others send when everything has been sent. */
  #rest(): void {
    if (this.#aheadMs > 0 || this.#done < this.#written) return;
    this.#slot?.[Symbol.dispose]();
    this.#slot = undefined;
  }

  #postMarks(): void {
    while (this.#marks[0] && this.#marks[0].after <= this.#done) {
      const mark = this.#marks.shift() as Mark;
      if (this.#feed && (this.#aheadMs > 0 || this.#posted.size > 0)) {
        this.#posted.set(++this.#count, mark);
        this.#feed.mark(this.#count);
      } else mark.reached('played');
    }
  }

  /** All has been written: resolves when it has been sent. */
  async #finish(): Promise<void> {
    while ((this.#aheadMs > 0 || this.#posted.size > 0) && !this.#isOver) await this.#news();
    this.#isComplete = !this.#isOver;
    this.#end();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => void this.#moved.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#moved.splice(0)) resolve();
  }

  /** Nothing more is sent. Safe to repeat. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#feed?.close();
    this.#aheadMs = 0;
    this.#waitingMs = 0;
    this.#slot?.[Symbol.dispose]();
    this.#slot = undefined;
    for (const resolve of this.#clearing.splice(0)) resolve(0);
    for (const { reached } of [...this.#posted.values(), ...this.#marks.splice(0)]) reached('cleared');
    this.#posted.clear();
    this.#wake();
  }
}

/** Makes it no unhandled rejection to forget what became of a write: the end of a call must not end the program. */
function forgivable<T>(stream: WritableStream<T>): WritableStream<T> {
  const getWriter = stream.getWriter.bind(stream);
  stream.getWriter = () => {
    const writer = getWriter();
    const write = writer.write.bind(writer);
    const close = writer.close.bind(writer);
    writer.write = (chunk) => handled(write(chunk));
    writer.close = () => handled(close());
    return writer;
  };
  return stream;
}
