import { encodeG711, type Law, PCMU, silenceOf } from '../codec/g711.codec.ts';
import { levelOfG711 } from '../level/level.codec.ts';
import type { Joinable } from './joinable.ts';
import { FULL_SCALE, Limiter } from './limiter.state.ts';
import type { Source } from './source.ts';
import { Voice } from './voice.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** What voices are added up in and made to fit; shared by all calls. */
const SUM = new Int32Array(FRAME);
const LINEAR = new Int16Array(FRAME);

/** What joins one call to others: what its far end says for them, and what it hears of them. */
export class Joined implements Joinable {
  readonly voice: Voice = new Voice();
  /** What was written last. */
  readonly frame: Uint8Array = new Uint8Array(FRAME);
  onSpoken: (() => void) | undefined;
  readonly #sources: Source[] = [];
  readonly #limiter = new Limiter();
  #law: Law = PCMU;

  /** What came in this tick, of which kind. */
  heard(kind: number, law: Law, frame: Uint8Array): void {
    this.voice.heard(kind, law, frame);
    this.onSpoken?.();
  }

  add(source: Source): void {
    this.#sources.push(source);
  }

  remove(source: Source): void {
    const index = this.#sources.indexOf(source);
    if (index >= 0) this.#sources.splice(index, 1);
  }

  /** Whether there is anybody to hear, silent or not. */
  get isThere(): boolean {
    for (const source of this.#sources) if (source.isThere) return true;
    return false;
  }

  /** Level of {@link Joined.frame} in dBov. */
  get level(): number {
    return levelOfG711(this.#law, this.frame, 0, FRAME);
  }

  /** Lets frames pass unheard. */
  skip(frames: number): void {
    for (const source of this.#sources) source.skip(frames);
  }

  /**
   * Makes the next frame: of one that speaks alone its own bytes, otherwise what all say together.
   *
   * @returns false when nobody says anything
   */
  next(law: Law): boolean {
    this.#law = law;
    let first: Source | undefined;
    let isSummed = false;
    for (const source of this.#sources) {
      if (!source.take()) continue;
      if (!first) {
        first = source;
        continue;
      }
      if (!isSummed) begin(first);
      isSummed = true;
      source.add(SUM);
    }
    if (!first) {
      this.frame.fill(silenceOf(law));
      this.#limiter.rest();
    } else if (!isSummed && first.isPlain && this.#limiter.isAtRest) {
      first.copy(law, this.frame);
    } else {
      if (!isSummed) begin(first);
      this.#limiter.apply(SUM, LINEAR, !isSummed && first.isPlain ? FULL_SCALE : undefined);
      encodeG711(law, LINEAR, 0, this.frame, 0, FRAME);
    }
    return first !== undefined;
  }
}

function begin(first: Source): void {
  SUM.fill(0);
  first.add(SUM);
}
