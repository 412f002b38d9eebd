import { NO_AUDIO } from '../wav/converter.ts';
import type { AudioReader } from './audio-reader.ts';

/** Readers one after the other as one, perhaps over and over. Each is opened while the one before it is being read. */
export class Playlist implements AudioReader {
  readonly #readers: readonly AudioReader[];
  readonly #isLoop: boolean;
  #index = 0;
  /** Whether there was any audio since it began, or began again. */
  #hasAudio = false;
  #isInterrupted = false;

  /** @param readers - at least one. */
  constructor(readers: readonly AudioReader[], isLoop: boolean) {
    this.#readers = readers;
    this.#isLoop = isLoop;
  }

  get length(): number | undefined {
    return this.#isLoop ? Number.POSITIVE_INFINITY : this.#sum((reader) => reader.length);
  }

  get expectedLength(): number | undefined {
    return this.#isLoop ? Number.POSITIVE_INFINITY : this.#sum((reader) => reader.expectedLength);
  }

  async open(): Promise<void> {
    await this.#present.open();
    this.#openAhead();
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const piece = this.#present.next();
    if (piece === undefined && this.#isLast && !this.#isLoop) return undefined;
    if (!(piece instanceof Uint8Array)) return this.#later(piece);
    this.#hasAudio ||= piece.length > 0;
    return piece;
  }

  async seek(position: number): Promise<number> {
    this.#isInterrupted = false;
    const round = this.#sum((reader) => reader.length);
    let left = this.#isLoop && round ? position % round : position;
    this.#hasAudio = position > 0;
    for (this.#index = 0; ; this.#index++) {
      await this.#present.open();
      if (this.#isInterrupted) break;
      left -= await this.#present.seek(left);
      if (left <= 0 || this.#isInterrupted) break;
      if (!this.#isLast) continue;
      // Now that all have been to their end, the length is known.
      if (this.#isLoop && round === undefined) return this.#seekLoop(position);
      break;
    }
    this.#openAhead();
    return position - left;
  }

  interrupt(): void {
    this.#isInterrupted = true;
    this.#present.interrupt();
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.close();
  }

  get #present(): AudioReader {
    return this.#readers[this.#index] as AudioReader;
  }

  get #isLast(): boolean {
    return this.#index === this.#readers.length - 1;
  }

  #sum(lengthOf: (reader: AudioReader) => number | undefined): number | undefined {
    let sum = 0;
    for (const reader of this.#readers) sum += lengthOf(reader) ?? Number.NaN;
    return Number.isNaN(sum) ? undefined : sum;
  }

  async #seekLoop(position: number): Promise<number> {
    const round = this.#sum((reader) => reader.length);
    if (!round) return position;
    await this.seek(position % round);
    return position;
  }

  async #later(first: Promise<Uint8Array | undefined> | undefined): Promise<Uint8Array | undefined> {
    let piece = await first;
    while (!piece) {
      if (!(await this.#advance())) return undefined;
      if (this.#isInterrupted) return NO_AUDIO;
      piece = await this.#present.next();
    }
    this.#hasAudio ||= piece.length > 0;
    return piece;
  }

  /** Goes to the next reader. @returns false at the end. */
  async #advance(): Promise<boolean> {
    if (!this.#isLast) {
      this.#index++;
    } else if (this.#isLoop && this.#hasAudio) {
      this.#index = 0;
      this.#hasAudio = false;
    } else {
      return false;
    }
    await this.#present.open();
    await this.#present.seek(0);
    this.#openAhead();
    return true;
  }

  #openAhead(): void {
    // What is wrong with it is told when it is its turn.
    this.#readers[this.#index + 1]?.open().catch(() => undefined);
  }
}
