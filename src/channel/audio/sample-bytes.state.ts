/** Turns bytes into samples, low byte first: a piece may end in the middle of one. */
export class SampleBytes {
  /** The first byte of a sample whose other one comes with the next piece. */
  #half: number | undefined;

  push(bytes: Uint8Array): Int16Array<ArrayBuffer> {
    const before = this.#half === undefined ? 0 : 1;
    const total = before + bytes.length;
    const samples = new Int16Array(total >> 1);
    for (let index = 0; index < samples.length; index++) {
      const at = index * 2 - before;
      const low = at < 0 ? (this.#half ?? 0) : (bytes[at] as number);
      samples[index] = low | ((bytes[at + 1] as number) << 8);
    }
    if (bytes.length > 0) this.#half = total % 2 === 1 ? bytes[bytes.length - 1] : undefined;
    return samples;
  }

  /** Forgets the half of a sample. */
  reset(): void {
    this.#half = undefined;
  }
}
