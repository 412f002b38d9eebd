import { type FarReader, NOT_YET } from '../mix/far-reader.state.ts';
import { FarVoice } from '../mix/far-voice.ts';
import type { Joinable } from '../mix/joinable.ts';
import { Joined } from '../mix/joined.state.ts';
import type { Source } from '../mix/source.ts';
import { Voice } from '../mix/voice.state.ts';
import { FRAME_EMPTY, FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import type { Ticker } from './phase-clock.ts';

/** Frames in a row that are concealed when they do not come; after them the guest is silent. */
const MOST_LOST = 3;
const NOTHING = new Uint8Array(160);

/**
 * A call of another thread among the calls of this one. In its tick it says what its far end has said there, and makes what its far end is
 * to hear; both pass by memory that the two threads look into.
 */
export class Guest implements Joinable, Ticker {
  readonly #far: FarVoice;
  readonly #reader: FarReader;
  readonly #joined = new Joined();
  readonly #said = new Voice();
  #lost = 0;

  /**
   * @param heard - where its thread writes what its far end says
   * @param said - where is written what its far end is to hear
   */
  constructor(heard: SharedArrayBuffer, said: SharedArrayBuffer) {
    this.#far = new FarVoice(heard);
    this.#reader = this.#far.reader();
    this.#said.open();
    this.#said.moveTo(said);
  }

  get voice(): Voice {
    return this.#joined.voice;
  }

  set onSpoken(told: (() => void) | undefined) {
    this.#joined.onSpoken = told;
  }

  add(source: Source): void {
    this.#joined.add(source);
    this.#said.isThere = this.#joined.isThere;
  }

  remove(source: Source): void {
    this.#joined.remove(source);
    this.#said.isThere = this.#joined.isThere;
  }

  tick(): void {
    this.#speak();
    const { isThere } = this.#joined;
    this.#said.isThere = isThere;
    if (!isThere) return;
    const { law } = this.#far;
    const isSaid = this.#joined.next(law);
    this.#said.heard(isSaid ? FRAME_VOICE : FRAME_EMPTY, law, this.#joined.frame);
  }

  skip(frames: number): void {
    this.#joined.skip(frames);
  }

  /** It is gone. */
  close(): void {
    this.#said.isThere = false;
  }

  #speak(): void {
    const { law } = this.#far;
    const at = this.#reader.take();
    if (at >= 0) {
      this.#lost = 0;
      this.#joined.heard(FRAME_VOICE, law, this.#far.frame(at));
    } else if (at === NOT_YET && this.#lost < MOST_LOST) {
      this.#lost++;
      this.#joined.heard(FRAME_LOST, law, NOTHING);
    } else {
      this.#joined.heard(FRAME_EMPTY, law, NOTHING);
    }
  }
}
