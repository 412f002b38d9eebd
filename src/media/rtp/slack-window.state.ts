/** The last seconds, second by second. */
const BUCKETS = 5;
/** Frames of 20 ms in a second. */
const BUCKET_FRAMES = 50;
/** Weight of a new value in the average: one part in 32. */
const AVERAGE_SHIFT = 5;

/** Samples of a frame. */
const FRAME = 160;
/** Less slack than 5 ms is too near to running dry; with 10 ms more than a frame there is one to spare, and 10 ms are kept. */
const TOO_LITTLE = 40;
const KEPT = 80;
const TOO_MUCH = FRAME + KEPT;

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

  /**
   * Samples by which the delay should be shorter, in whole frames; less than 0 when it should be longer. It is not called too
   * long before a whole window has been observed.
   */
  get correction(): number {
    const least = this.least;
    if (least < TOO_LITTLE) return -FRAME;
    const observed = this.#age >= BUCKETS * BUCKET_FRAMES && least < Number.POSITIVE_INFINITY;
    return observed && least >= TOO_MUCH ? Math.floor((least - KEPT) / FRAME) * FRAME : 0;
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
