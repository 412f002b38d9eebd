import { Concealment } from '../codec/concealment.codec.ts';
import { decodeG711, type Law } from '../codec/g711.codec.ts';
import { FRAME_LOST, FRAME_VOICE } from '../rtp/jitter-buffer.state.ts';
import type { Tap } from './tap.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;
/** What a frame is decoded into; shared by all calls. */
const LINEAR = new Int16Array(FRAME);

/** Those who are given what the far end of one call says. It is decoded once for all, and only while there is somebody. */
export class Taps {
  readonly #taps = new Set<Tap>();
  #concealment = new Concealment();

  add(tap: Tap): void {
    if (this.#taps.size === 0) this.#concealment = new Concealment();
    this.#taps.add(tap);
  }

  remove(tap: Tap): void {
    this.#taps.delete(tap);
  }

  get isEmpty(): boolean {
    return this.#taps.size === 0;
  }

  /** What came in this tick, of which kind. */
  heard(kind: number, law: Law, frame: Uint8Array): void {
    if (this.isEmpty) return;
    if (kind === FRAME_VOICE) {
      decodeG711(law, frame, 0, LINEAR, 0, FRAME);
      this.#concealment.good(LINEAR);
    } else if (kind === FRAME_LOST) this.#concealment.conceal(LINEAR);
    else LINEAR.fill(0);
    this.linear(LINEAR);
  }

  /** The same for samples of 8 kHz. */
  linear(frame: Int16Array): void {
    for (const tap of this.#taps) tap.frame(frame);
  }
}
