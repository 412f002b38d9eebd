/** The sum of cos(angle * t) over `count` instants round zero. */
function sumOfCosines(angle: number, count: number): number {
  const half = Math.sin(angle / 2);
  return half === 0 ? count : Math.sin((angle * count) / 2) / half;
}

// Fractions go from method to method in fields and typed arrays: as arguments and results each would be an object on the heap, many times
// for every frame.

/**
 * Fits two tones to a stretch of samples by least squares. Both are found at once, so neither is taken for a part of the other, however
 * few the samples are. Time counts from the middle, which makes the cosines independent of the sines.
 */
export class TonePair {
  /** The frequencies of the low and of the high tone as radians for each sample; see {@link TonePair.tune}. */
  readonly angles: Float64Array = new Float64Array(2);
  /** The low tone is `lowCos * cos + lowSin * sin` of its phase, which is zero in the middle. */
  lowCos = 0;
  lowSin = 0;
  /** The high tone, alike. */
  highCos = 0;
  highSin = 0;
  /** Energy of the two tones together, as a sum of squares. */
  energy = 0;
  /** Cosine and sine in turn for each sample of the later half; the earlier half mirrors it. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** What the tones have in common with themselves and with each other. */
  #lowCosines = 1;
  #highCosines = 1;
  #mixedCosines = 0;
  #lowSines = 1;
  #highSines = 1;
  #mixedSines = 0;

  /** @param count - samples of a stretch, an even number. */
  constructor(count: number) {
    this.#low = new Float64Array(count);
    this.#high = new Float64Array(count);
  }

  /** Takes the frequencies that `angles` say. */
  tune(): void {
    const count = this.#low.length;
    const low = this.angles[0] as number;
    const high = this.angles[1] as number;
    fill(this.#low, this.angles, 0);
    fill(this.#high, this.angles, 1);
    const apart = sumOfCosines(high - low, count);
    const together = sumOfCosines(high + low, count);
    const lowTwice = sumOfCosines(2 * low, count);
    const highTwice = sumOfCosines(2 * high, count);
    this.#lowCosines = (count + lowTwice) / 2;
    this.#lowSines = (count - lowTwice) / 2;
    this.#highCosines = (count + highTwice) / 2;
    this.#highSines = (count - highTwice) / 2;
    this.#mixedCosines = (apart + together) / 2;
    this.#mixedSines = (apart - together) / 2;
  }

  /** Fits the tones to the samples from `offset` on. */
  fit(samples: Int16Array, offset: number): void {
    const low = this.#low;
    const high = this.#high;
    const count = low.length;
    let lowCos = 0;
    let lowSin = 0;
    let highCos = 0;
    let highSin = 0;
    let after = offset + count / 2;
    let before = after - 1;
    for (let index = 0; index < count; index += 2) {
      const later = samples[after++] as number;
      const earlier = samples[before--] as number;
      const even = later + earlier;
      const odd = later - earlier;
      lowCos += even * (low[index] as number);
      lowSin += odd * (low[index + 1] as number);
      highCos += even * (high[index] as number);
      highSin += odd * (high[index + 1] as number);
    }
    const cosines = this.#lowCosines * this.#highCosines - this.#mixedCosines * this.#mixedCosines;
    this.lowCos = (this.#highCosines * lowCos - this.#mixedCosines * highCos) / cosines;
    this.highCos = (this.#lowCosines * highCos - this.#mixedCosines * lowCos) / cosines;
    const sines = this.#lowSines * this.#highSines - this.#mixedSines * this.#mixedSines;
    this.lowSin = (this.#highSines * lowSin - this.#mixedSines * highSin) / sines;
    this.highSin = (this.#lowSines * highSin - this.#mixedSines * lowSin) / sines;
    this.energy = this.lowCos * lowCos + this.lowSin * lowSin + this.highCos * highCos + this.highSin * highSin;
  }

  /** Square of the low tone's amplitude. */
  get lowPower(): number {
    return this.lowCos * this.lowCos + this.lowSin * this.lowSin;
  }

  /** Square of the high tone's amplitude. */
  get highPower(): number {
    return this.highCos * this.highCos + this.highSin * this.highSin;
  }
}

/** By rotation, since that takes a tenth of the time of as many sines. */
function fill(table: Float64Array, angles: Float64Array, which: 0 | 1): void {
  const angle = angles[which] as number;
  const turnCos = Math.cos(angle);
  const turnSin = Math.sin(angle);
  let cos = Math.cos(angle / 2);
  let sin = Math.sin(angle / 2);
  for (let index = 0; index < table.length; index += 2) {
    table[index] = cos;
    table[index + 1] = sin;
    const next = cos * turnCos - sin * turnSin;
    sin = sin * turnCos + cos * turnSin;
    cos = next;
  }
}
