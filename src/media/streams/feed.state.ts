import type { FeedProgress } from '../../channel/tap-port.ts';
import { type Downsampling, downsampling } from './rate.codec.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
const SAMPLES_PER_MS = 8;
/** While something is sent it is told every 100 ms how far that is. */
const FRAMES_PER_REPORT = 5;
/** Where audio breaks off, it fades away over 5 ms from where it was: otherwise there would be a click. */
const FADE = 40;
/** From here on what breaks off is heard to do so, and what follows is faded in. */
const AUDIBLE = 256;

/** What a feed tells: a {@link FeedProgress} as of so many samples. */
export interface FeedReport extends FeedProgress {
  /** How many samples had been pushed by then. */
  readonly received: number;
}

interface Mark {
  readonly mark: number;
  /** Behind the last sample that belongs to it, in samples of 8 kHz from the beginning. */
  readonly at: number;
}

/**
 * Samples on their way to the far end. Nothing is sent before a frame is there or nothing more has come for one: a program that sends
 * frame by frame is not heard in halves of them.
 */
export class Feed {
  readonly #converter: Downsampling;
  readonly #perSample: number;
  readonly #tell: (report: FeedReport) => void;
  readonly #pieces: Int16Array[] = [];
  /** Samples of the first piece that were taken. */
  #offset = 0;
  #buffered = 0;
  #received = 0;
  /** Samples at the rate of the program since the converter was emptied, and where that was. */
  #inRun = 0;
  #runBegan = 0;
  /** Samples of 8 kHz that were sent or dropped, and those of them that could be heard. */
  #position = 0;
  #heard = 0;
  #isMoving = false;
  #lastCount = 0;
  #hasWaited = false;
  #marks: Mark[] = [];
  #last = 0;
  /** From where it fades away, and how many samples of that are left. */
  #fadeFrom = 0;
  #fadeLeft = 0;
  #untilReport = 0;

  constructor(sampleRate: number, tell: (report: FeedReport) => void) {
    this.#converter = downsampling(sampleRate);
    this.#perSample = (1000 * SAMPLES_PER_MS) / sampleRate;
    this.#tell = tell;
  }

  push(samples: Int16Array): void {
    this.#received += samples.length;
    this.#inRun += samples.length;
    this.#append(this.#converter.push(samples));
  }

  mark(mark: number): void {
    this.#marks.push({ mark, at: this.#end });
    if (this.#end === this.#position) this.#report();
  }

  /** Drops what has not been sent. */
  clear(): void {
    const dropped = this.#end - this.#position;
    this.#converter.drain();
    this.#pieces.length = 0;
    this.#offset = 0;
    this.#buffered = 0;
    this.#position += dropped;
    this.#beginRun();
    this.#isMoving = false;
    this.#hasWaited = false;
    this.#breakOff();
    const marks = this.#marks.splice(0).map(({ mark }) => ({ mark, isPlayed: false }));
    this.#report(marks, [dropped / SAMPLES_PER_MS]);
  }

  /** How many samples of the last frame were not silence or a fade. */
  get lastCount(): number {
    return this.#lastCount;
  }

  /** Whether it will write something in one of the next frames, unless it is cleared. */
  get isBusy(): boolean {
    return this.#fadeLeft > 0 || this.#isMoving || this.#end > this.#position;
  }

  /**
   * Writes the next 20 ms.
   *
   * @param isHeard - whether they are sent; otherwise they pass unheard.
   * @returns false when it has nothing to send.
   */
  take(into: Int16Array, isHeard: boolean): boolean {
    this.#lastCount = 0;
    if (!this.#isMoving && !this.#begin()) return this.#fade(into, 0);
    if (this.#buffered < FRAME) this.#drain();
    const isFadedIn = Math.abs(this.#fadeFrom) > AUDIBLE;
    const count = this.#copy(into);
    if (count > 0 && isFadedIn) fadeIn(into, count);
    if (count > 0) this.#fadeFrom = this.#fadeLeft = 0;
    this.#lastCount = count;
    this.#position += count;
    if (isHeard) this.#heard += count;
    if (count > 0) this.#last = into[count - 1] as number;
    if (count < FRAME) {
      this.#isMoving = false;
      this.#breakOff();
    }
    const isWritten = count === FRAME || this.#fade(into, count) || count > 0;
    const isDue = --this.#untilReport <= 0 || (count > 0 && this.#position === this.#end);
    if (isDue || (this.#marks[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#position) this.#report();
    return isWritten;
  }

  get #end(): number {
    return this.#runBegan + Math.round(this.#inRun * this.#perSample);
  }

  /** Begins to send when there is a frame, or when what there is has waited for one. */
  #begin(): boolean {
    if (this.#end === this.#position) return false;
    if (this.#buffered < FRAME && !this.#hasWaited) {
      this.#hasWaited = true;
      return false;
    }
    this.#hasWaited = false;
    this.#isMoving = true;
    this.#untilReport = 1;
    return true;
  }

  #append(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#pieces.push(samples);
    this.#buffered += samples.length;
  }

  /** What is still in the converter is needed now. */
  #drain(): void {
    this.#append(this.#converter.drain());
    this.#beginRun();
  }

  #beginRun(): void {
    this.#runBegan = this.#position + this.#buffered;
    this.#inRun = 0;
  }

  /** @returns how many samples there were. */
  #copy(into: Int16Array): number {
    let done = 0;
    while (done < FRAME) {
      const piece = this.#pieces[0];
      if (!piece) break;
      const amount = Math.min(FRAME - done, piece.length - this.#offset);
      into.set(piece.subarray(this.#offset, this.#offset + amount), done);
      done += amount;
      this.#offset += amount;
      if (this.#offset === piece.length) {
        this.#pieces.shift();
        this.#offset = 0;
      }
    }
    this.#buffered -= done;
    return done;
  }

  #breakOff(): void {
    this.#fadeFrom = this.#last;
    this.#fadeLeft = this.#last === 0 ? 0 : FADE;
    this.#last = 0;
  }

  /** Writes what is left of a fade, and silence after it. @returns false when nothing is. */
  #fade(into: Int16Array, from: number): boolean {
    if (this.#fadeLeft === 0) {
      into.fill(0, from, FRAME);
      return false;
    }
    for (let index = from; index < FRAME; index++) {
      if (this.#fadeLeft > 0) this.#fadeLeft--;
      into[index] = Math.round((this.#fadeFrom * this.#fadeLeft) / FADE);
    }
    return true;
  }

  #report(marks: FeedProgress['marks'] = [], cleared: readonly number[] = []): void {
    this.#untilReport = FRAMES_PER_REPORT;
    const reached = this.#marks.filter(({ at }) => at <= this.#position);
    if (reached.length > 0) this.#marks = this.#marks.slice(reached.length);
    this.#tell({
      received: this.#received,
      aheadMs: (this.#end - this.#position) / SAMPLES_PER_MS,
      heardMs: this.#heard / SAMPLES_PER_MS,
      marks: [...marks, ...reached.map(({ mark }) => ({ mark, isPlayed: true }))],
      cleared,
    });
  }
}

function fadeIn(samples: Int16Array, count: number): void {
  const length = Math.min(FADE, count);
  for (let index = 0; index < length; index++)
    samples[index] = ((samples[index] as number) * (index + 1)) / (length + 1);
}
