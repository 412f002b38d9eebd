/**
 * Which port pairs are free: RTP on an even port and RTCP on the odd one above it (RFC 3550 §11). Pairs are given out
 * in turn, so that one that has just been freed rests as long as possible: late packets of the old call must not meet
 * a new one.
 */
export class PortPool {
  readonly #first: number;
  readonly #taken: Uint8Array;
  #cursor: number;
  #free: number;

  /**
   * @param min - lowest port that may be used
   * @param max - highest port that may be used
   * @param start - where to begin in the range, 0 up to 1, so that two programs seldom try the same ports
   */
  constructor(min: number, max: number, start = 0) {
    this.#first = min + (min & 1);
    const pairs = Math.max(0, Math.floor((max + 1 - this.#first) / 2));
    this.#taken = new Uint8Array(pairs);
    this.#free = pairs;
    this.#cursor = Math.floor(pairs * start) % Math.max(1, pairs);
  }

  /** How many pairs there are. */
  get size(): number {
    return this.#taken.length;
  }

  /** How many pairs are free. */
  get free(): number {
    return this.#free;
  }

  /** Takes the next free pair and returns its RTP port, or `undefined` when all are taken. */
  take(): number | undefined {
    if (this.#free === 0) return undefined;
    while (this.#taken[this.#cursor] === 1) this.#advance();
    const port = this.#first + 2 * this.#cursor;
    this.#taken[this.#cursor] = 1;
    this.#free--;
    this.#advance();
    return port;
  }

  /** Gives a pair back. */
  release(rtpPort: number): void {
    const index = (rtpPort - this.#first) / 2;
    if (this.#taken[index] !== 1) return;
    this.#taken[index] = 0;
    this.#free++;
  }

  #advance(): void {
    this.#cursor = (this.#cursor + 1) % this.#taken.length;
  }
}
