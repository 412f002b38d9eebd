import { keyAt } from '../../keypad.ts';
import { Goertzel } from './goertzel.codec.ts';
import { KeyMatch, LEAST_POWER } from './key-match.codec.ts';

/** Mean square of a frame that needs no look. Half of the peak's: the tones are sines. */
const QUIET = LEAST_POWER / 2;
/** Part of a frame's power that its strongest row and column must have for a closer look. When both are off by 1.5 %, they show 0.42. */
const TONAL = 0.25;
/** The part of each of the two. */
const TONAL_EACH = 0.025;
/** What a glance at a frame must show of {@link QUIET}: it sees only some of the samples. */
const GLANCE = 0.25;
/** Blocks in a row without the tones that end a press: 25 ms. Less is a break within a press, 40 ms are a pause (ITU-T Q.24). */
const GAP = 5;
/** A press outlasts frames that do not come, but not so many: 400 ms, the longest that the network can hold audio up. */
const MISSING = 20;

const NONE = -1;

interface Looks {
  readonly rough: Goertzel;
  readonly close: KeyMatch;
  /** Two frames for a close look. */
  readonly pair: Int16Array;
}

/** Tables and working memory for each rate, shared by all calls: nothing in them lasts from one frame to the next. */
const LOOKS = new Map<number, Looks>();

function looksAt(rate: number, length: number): Looks {
  const known = LOOKS.get(rate);
  if (known) return known;
  const made = { rough: new Goertzel(rate, length), close: new KeyMatch(rate), pair: new Int16Array(2 * length) };
  LOOKS.set(rate, made);
  return made;
}

/**
 * Hears keys that are sent as tones in the audio (ITU-T Q.23, Q.24): each once, when 30 ms of it have sounded. It takes a rough look at
 * each frame that is not quiet, and a close one at those few that are tonal. A tone of 40 ms fills one frame at least, so none is missed
 * by that.
 */
export class InbandDetector {
  /** Samples in a frame of 20 ms. */
  readonly frameSize: number;
  readonly #looks: Looks;
  /** The frame before, and the key that it may hold. */
  readonly #before: Int16Array;
  #suspect = NONE;
  /** The key that sounds, and how loud it was found to be. */
  #key = NONE;
  readonly #powers = new Float64Array(2);
  /** Blocks since it sounded last, and frames since something came. */
  #gap = 0;
  #missing = 0;

  /** @param rate - samples in a second: 8000 or 16000. */
  constructor(rate = 8000) {
    this.frameSize = rate / 50;
    this.#looks = looksAt(rate, this.frameSize);
    this.#before = new Int16Array(this.frameSize);
  }

  /** Key that sounds now; empty for none. */
  get sounding(): string {
    return this.#key === NONE ? '' : keyAt(this.#key >> 2, this.#key & 3);
  }

  /** Key that the last frame may hold, by a rough look; empty for none. Means nothing while one sounds. */
  get suspected(): string {
    return this.#suspect === NONE ? '' : keyAt(this.#suspect >> 2, this.#suspect & 3);
  }

  /** Takes a frame of 20 ms. @returns the key that went down; empty for none. */
  frame(frame: Int16Array): string {
    this.#missing = 0;
    if (this.#key !== NONE) this.#follow(frame);
    else {
      const before = this.#suspect;
      this.#suspect = this.#roughLook(frame);
      if (this.#press(before, frame) || (this.#suspect !== before && this.#press(this.#suspect, frame))) {
        this.#suspect = NONE;
        return this.sounding;
      }
    }
    this.#before.set(frame);
    return '';
  }

  /** A frame did not come, or nothing was sent. A press goes on through a few of these, since its tones may only be late. */
  missed(): void {
    this.#missing++;
    if (this.#missing === 1) {
      this.#before.fill(0);
      this.#suspect = NONE;
    } else if (this.#missing === MISSING) this.#key = NONE;
  }

  /** @returns the key that a frame may hold. */
  #roughLook(frame: Int16Array): number {
    const { rough } = this.#looks;
    if (rough.glance(frame) < GLANCE * QUIET) return NONE;
    rough.weigh(frame);
    if (rough.power < QUIET) return NONE;
    // Columns first: speech has less there.
    rough.scanColumns();
    const each = TONAL_EACH * rough.power;
    if (rough.columnPower < each) return NONE;
    rough.scanRows();
    if (rough.rowPower < each || rough.rowPower + rough.columnPower < TONAL * rough.power) return NONE;
    return (rough.row << 2) | rough.column;
  }

  /** Looks closely for a key. @returns whether it is pressed. */
  #press(key: number, frame: Int16Array): boolean {
    if (key === NONE) return false;
    const { close } = this.#looks;
    if (!close.find(this.#together(frame), key >> 2, key & 3)) return false;
    this.#key = key;
    this.#powers.set(close.powers);
    this.#gap = 0;
    return true;
  }

  #follow(frame: Int16Array): void {
    const key = this.#key;
    const { close } = this.#looks;
    this.#gap = close.follow(frame, key >> 2, key & 3, this.#powers, this.#gap, GAP);
    if (this.#gap === GAP) this.#key = NONE;
  }

  #together(frame: Int16Array): Int16Array {
    const { pair } = this.#looks;
    pair.set(this.#before);
    pair.set(frame, this.frameSize);
    return pair;
  }
}
