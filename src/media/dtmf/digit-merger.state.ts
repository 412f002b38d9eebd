import type { DigitMethod } from '../../channel/media-port.ts';

/** Presses that are remembered: more than anybody makes in {@link TOGETHER_MS}. */
const REMEMBERED = 16;
/** The same key by another means is the same press until this long after it was last heard of: a repeated INFO takes half a second. */
const TOGETHER_MS = 1000;

const MEANS: Readonly<Record<DigitMethod, number>> = { RFC4733: 1, INBAND: 2, INFO: 4 };

/**
 * Lets each press of a key through once, whichever ways it came. The first to arrive counts. What comes by another way afterwards belongs
 * to the oldest press of that key that this way has not told of yet; the same way never tells of a press twice. So a key that is pressed
 * fast again counts again, also when both presses come both ways and their reports overlap.
 */
export class DigitMerger {
  readonly #digit: string[] = new Array<string>(REMEMBERED).fill('');
  /** The means that have told of it. */
  readonly #told = new Uint8Array(REMEMBERED);
  readonly #heardAt = new Float64Array(REMEMBERED);
  /** Where the oldest one is, which is forgotten for the next. */
  #next = 0;

  /**
   * Takes a press.
   *
   * @param now - time in milliseconds.
   * @returns whether it is a new one.
   */
  take(digit: string, by: DigitMethod, now: number): boolean {
    const means = MEANS[by];
    for (let age = REMEMBERED; age > 0; age--) {
      const slot = (this.#next + REMEMBERED - age) % REMEMBERED;
      if (this.#digit[slot] !== digit || ((this.#told[slot] as number) & means) !== 0) continue;
      if (now - (this.#heardAt[slot] as number) > TOGETHER_MS) continue;
      this.#told[slot] = (this.#told[slot] as number) | means;
      return false;
    }
    const slot = this.#next;
    this.#next = (slot + 1) % REMEMBERED;
    this.#digit[slot] = digit;
    this.#told[slot] = means;
    this.#heardAt[slot] = now;
    return true;
  }

  /** The last press of a key by these means goes on: who tells of it when it is released is not late. */
  goesOn(digit: string, by: DigitMethod, now: number): void {
    const means = MEANS[by];
    for (let age = 1; age <= REMEMBERED; age++) {
      const slot = (this.#next + REMEMBERED - age) % REMEMBERED;
      if (this.#digit[slot] !== digit || ((this.#told[slot] as number) & means) === 0) continue;
      this.#heardAt[slot] = now;
      return;
    }
  }
}
