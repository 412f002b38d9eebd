import type { SoundSource } from './sound-source.ts';

/** Two sources in one. */
export class MixedSound implements SoundSource {
  readonly #one: SoundSource;
  readonly #other: SoundSource;

  constructor(one: SoundSource, other: SoundSource) {
    this.#one = one;
    this.#other = other;
  }

  get lastAt(): number {
    return Math.max(this.#one.lastAt, this.#other.lastAt);
  }

  level(at: number): number {
    return Math.max(this.#one.level(at), this.#other.level(at));
  }

  render(at: number, into: Int16Array): void {
    const other = new Int16Array(into.length);
    this.#one.render(at, into);
    this.#other.render(at, other);
    for (let index = 0; index < into.length; index++) {
      const sum = (into[index] as number) + (other[index] as number);
      into[index] = Math.max(-32_768, Math.min(32_767, sum));
    }
  }
}
