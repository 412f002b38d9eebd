import { FarVoice } from '../mix/far-voice.ts';
import type { Joinable } from '../mix/joinable.ts';
import { Joined } from '../mix/joined.state.ts';
import type { Source } from '../mix/source.ts';
import { Voice } from '../mix/voice.state.ts';
import { FRAME_EMPTY, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import type { Ticker } from './phase-clock.ts';

/**
 * A call of another thread among the calls of this one: they hear what its far end says, and its far end hears what they say, by memory
 * that both threads look into. Each side writes in the pace of its own calls.
 */
export class Guest implements Joinable, Ticker {
  readonly voice: FarVoice;
  onSpoken: (() => void) | undefined;
  readonly #hears = new Joined();
  readonly #said = new Voice();
  /** How many frames of its voice those who are told have been told of. */
  #spoken: number;

  /**
   * @param heard - where its thread writes what its far end says
   * @param said - where is written what its far end is to hear
   */
  constructor(heard: SharedArrayBuffer, said: SharedArrayBuffer) {
    this.voice = new FarVoice(heard);
    this.#spoken = this.voice.count;
    this.#said.moveTo(said);
    this.#said.open();
  }

  add(source: Source): void {
    this.#hears.add(source);
    this.#said.isThere = this.#hears.isThere;
  }

  remove(source: Source): void {
    this.#hears.remove(source);
    this.#said.isThere = this.#hears.isThere;
  }

  tick(): void {
    const { count, law } = this.voice;
    if (count !== this.#spoken) {
      this.#spoken = count;
      this.onSpoken?.();
    }
    const { isThere } = this.#hears;
    this.#said.isThere = isThere;
    if (!isThere) return;
    const isSaid = this.#hears.next(law);
    this.#said.heard(isSaid ? FRAME_VOICE : FRAME_EMPTY, law, this.#hears.frame);
  }

  skip(frames: number): void {
    this.#hears.skip(frames);
  }

  /** It is gone. */
  close(): void {
    this.#said.isThere = false;
  }
}
