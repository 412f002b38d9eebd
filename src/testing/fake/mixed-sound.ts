import type { SoundKind, SoundSource } from './sound-source.ts';

/** What is heard of two kinds at once, the first one that is there. */
const ORDER: readonly SoundKind[] = ['key', 'voice', 'sound'];

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

  kindAt(at: number): SoundKind {
    return strongest([this.#one.kindAt(at), this.#other.kindAt(at)]);
  }

  level(at: number): number {
    return Math.max(this.#one.level(at), this.#other.level(at));
  }

  render(at: number, into: Int16Array): void {
    this.#one.render(at, into);
    if (this.#other.lastAt <= at) return;
    const other = new Int16Array(into.length);
    this.#other.render(at, other);
    for (let index = 0; index < into.length; index++) {
      const sum = (into[index] as number) + (other[index] as number);
      into[index] = Math.max(-32_768, Math.min(32_767, sum));
    }
  }
}

/** What several kinds are together. */
export function strongest(kinds: readonly SoundKind[]): SoundKind {
  return ORDER.find((kind) => kinds.includes(kind)) ?? 'nothing';
}
