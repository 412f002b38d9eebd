/** The last seconds, second by second. */
const BUCKETS = 5;
/** Frames of 20 ms in a second. */
const BUCKET_FRAMES = 50;
/** Weight of a new value in the average: one part in 32. */
const AVERAGE_SHIFT = 5;

/**
 * How much before their time packets came, over the last five seconds, in samples. The least of it is what the delay could be
 * shortened by with nothing lost; its distance from the average is the jitter that the delay has to cover.
 */
export class SlackWindow {
  readonly #least = new Float64Array(BUCKETS).fill(Number.POSITIVE_INFINITY);
  #bucket = 0;
  #frames = 0;
  #age = 0;
  #average = 0;
  #empty = true;

  add(slack: number): void {
    if (slack < (this.#least[this.#bucket] as number)) this.#least[this.#bucket] = slack;
    if (this.#empty) this.#average = slack;
    else this.#average += (slack - this.#average) / (1 << AVERAGE_SHIFT);
    this.#empty = false;
  }

  /** The playout was moved: every packet now has so much more time, or less. */
  shift(by: number): void {
    for (let index = 0; index < BUCKETS; index++) this.#least[index] = (this.#least[index] as number) + by;
    this.#average += by;
  }

  /** A frame has been played. */
  tick(): void {
    this.#age++;
    if (++this.#frames < BUCKET_FRAMES) return;
    this.#frames = 0;
    this.#bucket = (this.#bucket + 1) % BUCKETS;
    this.#least[this.#bucket] = Number.POSITIVE_INFINITY;
  }

  /** The least slack in the window; infinite when no packet came. */
  get least(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < BUCKETS; index++) least = Math.min(least, this.#least[index] as number);
    return least;
  }

  /** Whether a whole window has been observed. */
  get complete(): boolean {
    return this.#age >= BUCKETS * BUCKET_FRAMES;
  }

  /** How far the latest packets fall behind the average one; undefined when none came. */
  get spread(): number | undefined {
    const least = this.least;
    return this.#empty || least === Number.POSITIVE_INFINITY ? undefined : Math.max(0, this.#average - least);
  }

  reset(): void {
    this.#least.fill(Number.POSITIVE_INFINITY);
    this.#bucket = 0;
    this.#frames = 0;
    this.#age = 0;
    this.#empty = true;
  }
}
