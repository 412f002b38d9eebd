import type { Clock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { SampleBytes } from '../audio/sample-bytes.state.ts';
import type { PcmStream } from '../play-port.ts';
import type { MediaItem } from './media.ts';

type Pieces = Extract<MediaItem, { readonly stream: unknown }>['stream'];
type Piece = Int16Array | Uint8Array;

/** How long a program may take to clean up after its stream: a playing must come to its end whatever the program does. */
const LEAVE_MS = 1000;

/** Where pieces come from. */
interface Supply {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: Piece | undefined }>;
  /** No more is wanted, what is pending included. */
  end(): Promise<unknown>;
}

/** Samples that the program hands over piece by piece: no piece is asked for before the one before has been taken. */
export class ProgramStream implements PcmStream {
  readonly sampleRate: number;
  readonly #pieces: Pieces;
  readonly #clock: Clock;
  #supply: Supply | undefined;
  readonly #bytes = new SampleBytes();
  #closing: Promise<void> | undefined;
  #isOver = false;
  #closed: () => void = () => undefined;
  /** Settles a `read()` that is pending when this is closed. */
  readonly #whenClosed: Promise<undefined>;

  constructor(pieces: Pieces, sampleRate: number, clock: Clock) {
    this.sampleRate = sampleRate;
    this.#clock = clock;
    this.#pieces = pieces;
    this.#whenClosed = new Promise((resolve) => {
      this.#closed = () => resolve(undefined);
    });
  }

  async read(): Promise<Int16Array | undefined> {
    for (;;) {
      if (this.#isOver) return undefined;
      const piece = await Promise.race([this.#next(), this.#whenClosed]);
      if (piece === undefined) {
        this.#isOver = true;
        return undefined;
      }
      const samples = piece instanceof Int16Array ? piece.slice() : this.#bytes.push(piece);
      if (samples.length > 0) return samples;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const wasOver = this.#isOver;
    this.#isOver = true;
    this.#closed();
    if (wasOver) return;
    this.#supply ??= supplyOf(this.#pieces);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _ = this.#clock.schedule(this.#clock.now() + LEAVE_MS, resolve);
    // What goes wrong in taking leave concerns nobody any more.
    await Promise.race([this.#supply.end().catch(() => undefined), late]);
  }

  async #next(): Promise<Piece | undefined> {
    try {
      this.#supply ??= supplyOf(this.#pieces);
      const { done, value } = await this.#supply.next();
      if (done) return undefined;
      if (value instanceof Int16Array || value instanceof Uint8Array) return value;
    } catch (cause) {
      this.#isOver = true;
      if (isChannelError(cause)) throw cause;
      throw new ChannelError('STREAM_FAILED', `the stream that is played failed: ${String(cause)}`, { cause });
    }
    throw new ChannelError('STREAM_FAILED', 'a stream that is played must give an Int16Array or bytes, nothing else');
  }
}

function supplyOf(pieces: Pieces): Supply {
  if ('getReader' in pieces) {
    const reader = pieces.getReader();
    return { next: () => reader.read(), end: () => reader.cancel() };
  }
  const iterator = pieces[Symbol.asyncIterator]();
  let isPending = false;
  return {
    async next() {
      isPending = true;
      try {
        return await iterator.next();
      } finally {
        isPending = false;
      }
    },
    async end() {
      const ending = iterator.return?.();
      ending?.then(undefined, () => undefined);
      // A generator ends when it has given what it was asked for, and nobody can make it hurry.
      if (!isPending) await ending;
    },
  };
}
