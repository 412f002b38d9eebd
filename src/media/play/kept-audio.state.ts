/** Four seconds. */
const CHUNK_BYTES = 32_000;

/** The last of what has come of a stream, as G.711. */
export class KeptAudio {
  readonly #most: number;
  readonly #chunks: Uint8Array[] = [];
  #begin = 0;
  #end = 0;

  /** @param most - how many bytes are kept at least, once so many have come. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Position of the first byte that is still there. */
  get begin(): number {
    return this.#begin;
  }

  /** How much has come in all. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const offset = (this.#end - this.#begin) % CHUNK_BYTES;
      if (offset === 0) this.#chunks.push(new Uint8Array(CHUNK_BYTES));
      const part = bytes.subarray(done, done + CHUNK_BYTES - offset);
      (this.#chunks.at(-1) as Uint8Array).set(part, offset);
      done += part.length;
      this.#end += part.length;
    }
    while (this.#end - this.#begin > this.#most + CHUNK_BYTES) {
      this.#chunks.shift();
      this.#begin += CHUNK_BYTES;
    }
  }

  /** Some of what begins at a position that is there. It is not changed by what comes later. */
  read(position: number): Uint8Array {
    const from = position - this.#begin;
    const offset = from % CHUNK_BYTES;
    const chunk = this.#chunks[(from - offset) / CHUNK_BYTES] as Uint8Array;
    return chunk.subarray(offset, Math.min(CHUNK_BYTES, this.#end - position + offset));
  }
}
