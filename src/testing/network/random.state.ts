/** Numbers that look random and are the same every time for the same seed (xoshiro128**, by Blackman and Vigna). */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed - any text; texts that differ in one character give numbers that have nothing to do with each other. */
  constructor(seed: string) {
    const words = hashed(seed);
    this.#a = words();
    this.#b = words();
    this.#c = words();
    // All zero would stay zero.
    this.#d = words() | 1;
  }

  /** A whole number from 0 up to 2³². */
  next(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return result;
  }

  /** A number from 0 up to 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.next() >>> 24;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Words out of a text: FNV-1a over it, then the finalizer of MurmurHash3 over a counter. */
function hashed(text: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  };
}
