import { randomFillSync } from 'node:crypto';

/** Fills with random bytes. */
export type RandomFill = (bytes: Uint8Array) => void;

const POOL_BYTES = 4096;

const fillFromSystem: RandomFill = (bytes) => void randomFillSync(bytes);

/**
 * Identifiers that nobody can guess: tags, Call-IDs. Random bytes are drawn in bulk, because drawing costs microseconds each time.
 */
export class RandomTokens {
  readonly #fill: RandomFill;
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  constructor(fill: RandomFill = fillFromSystem) {
    this.#fill = fill;
  }

  /** @param bytes - of randomness; the token has twice as many characters. */
  next(bytes: number): string {
    if (this.#used + bytes > POOL_BYTES) {
      this.#fill(this.#pool);
      this.#used = 0;
    }
    this.#used += bytes;
    return this.#pool.toString('hex', this.#used - bytes, this.#used);
  }

  /** A number from 0 up to 1. */
  fraction(): number {
    return Number.parseInt(this.next(4), 16) / 2 ** 32;
  }
}
