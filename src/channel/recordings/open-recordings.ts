import type { ChannelError } from '../../errors.ts';
import type { PlaySource } from '../play-port.ts';

/** Which recordings are at work: written by a recorder, or played. Of one user agent. */
export class OpenRecordings {
  /** Paths, and how many recorders write into each. */
  readonly #written = new Map<string, number>();
  /** What plays which recording. Sources are as many as playings, and forgotten with them. */
  readonly #sources = new WeakMap<PlaySource, string>();
  readonly #played = new Map<string, Set<(error: ChannelError) => void>>();

  /** Paths that are being recorded into. */
  get written(): readonly string[] {
    return [...this.#written.keys()];
  }

  isWritten(path: string): boolean {
    return this.#written.has(path);
  }

  isPlayed(name: string): boolean {
    return this.#played.has(name);
  }

  /** A recording goes into this path until what is returned is disposed of. */
  write(path: string): Disposable {
    this.#written.set(path, (this.#written.get(path) ?? 0) + 1);
    let isOpen = true;
    return {
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (this.#written.get(path) ?? 1) - 1;
        if (left > 0) this.#written.set(path, left);
        else this.#written.delete(path);
      },
    };
  }

  /** Says that this source is a recording. */
  isOf<Source extends PlaySource>(name: string, source: Source): Source {
    this.#sources.set(source, name);
    return source;
  }

  /**
   * Signs a playing in, until what is returned is disposed of: calls back once if one of its sources is a recording that is deleted
   * meanwhile.
   */
  play(sources: readonly PlaySource[], onGone: (error: ChannelError) => void): Disposable {
    const names = new Set(sources.map((source) => this.#sources.get(source)).filter((name) => name !== undefined));
    for (const name of names) {
      const playings = this.#played.get(name) ?? new Set();
      this.#played.set(name, playings.add(onGone));
    }
    return {
      [Symbol.dispose]: () => {
        for (const name of names) {
          const playings = this.#played.get(name);
          playings?.delete(onGone);
          if (playings?.size === 0) this.#played.delete(name);
        }
      },
    };
  }

  /** A recording is about to go: what plays it has to end. */
  gone(name: string, error: ChannelError): void {
    for (const onGone of [...(this.#played.get(name) ?? [])]) onGone(error);
  }
}
