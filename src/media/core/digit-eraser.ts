import { InbandDetector } from '../dtmf/inband-detector.state.ts';
import { REWINDABLE_FRAMES } from './recording-output.ts';

/** For so many frames after a telephone-event, audio from before it may still come out of the jitter buffer: half a second. */
const STRAGGLERS = 25;

/**
 * Finds the tones of keys in what is recorded. A key is known when 30 ms of it have sounded, so frames that have been recorded already
 * have to go as well.
 */
export class DigitEraser {
  readonly #detector = new InbandDetector();
  /** The keys that the last frames may hold, the newest first. */
  readonly #suspects: string[] = new Array<string>(REWINDABLE_FRAMES).fill('');
  /** The last key that came as an event, and for how many frames its tones are looked for. */
  #event = '';
  #left = 0;
  /** Whether the last frame held them, so that the next one may hold the rest. */
  #isTail = false;

  /** Takes a frame. @returns how many of the last frames have to go, this one being the first. */
  voice(frame: Int16Array): number {
    const detector = this.#detector;
    const digit = detector.frame(frame);
    if (digit !== '') {
      this.#note('');
      return REWINDABLE_FRAMES;
    }
    const suspect = detector.sounding === '' ? detector.suspected : '';
    this.#note(suspect);
    if (detector.sounding !== '') return 1;
    const isTail = this.#isTail;
    this.#isTail = false;
    if (this.#left === 0) return 0;
    this.#left--;
    if (suspect === '' || suspect !== this.#event) return isTail ? 1 : 0;
    this.#isTail = true;
    // Less of it than can be seen may be in the frame before.
    return 2;
  }

  /** Nothing came. @returns whether that was within a key. */
  missed(): boolean {
    this.#detector.missed();
    this.#note('');
    return this.#detector.sounding !== '';
  }

  /** A key came as an event. @returns how many of the last frames have to go. */
  event(digit: string): number {
    this.#event = digit;
    this.#left = STRAGGLERS;
    this.#isTail = this.#suspects[0] === digit;
    const oldest = this.#suspects.lastIndexOf(digit);
    return oldest < 0 ? 0 : Math.min(oldest + 2, REWINDABLE_FRAMES);
  }

  #note(suspect: string): void {
    const suspects = this.#suspects;
    for (let age = suspects.length - 1; age > 0; age--) suspects[age] = suspects[age - 1] as string;
    suspects[0] = suspect;
  }
}
