import type { Conditions } from './conditions.ts';
import { SeededRandom } from './random.state.ts';

/** What no way is quicker than, in milliseconds: an answer never arrives in the moment of its question. */
const LEAST_DELAY_MS = 0.1;
/** How long a datagram is held up that later ones shall overtake: two packets of audio and a half. */
const HELD_UP_MS = 50;

/** The way from one end to another: decides what becomes of each datagram. */
export class Link {
  readonly #random: SeededRandom;

  constructor(seed: string) {
    this.#random = new SeededRandom(seed);
  }

  /** When a datagram that is sent now arrives: once, twice, or never. */
  arrivals(now: number, conditions: Conditions): readonly number[] {
    const { loss, reorder, duplicate } = conditions;
    // As many numbers are drawn for each datagram, so that other conditions change nothing but what they are about.
    const isLost = this.#random.fraction() < loss;
    const isHeldUp = this.#random.fraction() < reorder;
    const isDoubled = this.#random.fraction() < duplicate;
    const first = now + this.delay(conditions) + (isHeldUp ? HELD_UP_MS : 0);
    const second = now + this.delay(conditions);
    if (isLost) return [];
    return isDoubled ? [first, second] : [first];
  }

  /** How long the next thing takes. */
  delay({ latency, jitter }: Conditions): number {
    const delay = latency + jitter * this.#random.fraction();
    // Whole microseconds: more would only make the journal harder to read.
    return Math.max(LEAST_DELAY_MS, Math.round(delay * 1000) / 1000);
  }
}
