import type { FrameReader, Frames } from './speaker.ts';

/**
 * The place of one that hears a voice. Both make a frame in 20 ms, so each frame is heard once, and as soon as whoever hears is next.
 * After a stall, in which either lets frames pass, they are together again with the next frame.
 */
export class VoiceReader implements FrameReader {
  readonly #voice: Frames;
  #next: number;
  /** How many frames were wanted before they were there. */
  #owed = 0;
  #hasBegun = false;

  constructor(voice: Frames) {
    this.#voice = voice;
    this.#next = voice.count;
  }

  take(): number {
    const voice = this.#voice;
    const waiting = voice.count - this.#next;
    if (waiting === 0) {
      this.#owed++;
      return -1;
    }
    const isFar = !this.#hasBegun || waiting > voice.kept;
    const frame = this.#next + (isFar ? waiting - 1 : Math.min(this.#owed, waiting - 1));
    this.#hasBegun = true;
    this.#owed = 0;
    this.#next = frame + 1;
    return voice.at(frame);
  }

  skip(frames: number): void {
    const due = this.#owed + frames;
    const passed = Math.min(due, this.#voice.count - this.#next);
    this.#next += passed;
    this.#owed = due - passed;
  }
}
