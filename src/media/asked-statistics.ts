import type { MediaStatistics } from '../channel/media-port.ts';

/** The counters of a call, and those who have asked for them and wait for the engine to tell. */
export class AskedStatistics {
  readonly #nothing: () => MediaStatistics;
  readonly #asked = new Map<number, (statistics: MediaStatistics) => void>();
  #last: MediaStatistics | undefined;

  /** @param nothing - makes those of a call of which the engine has told none. */
  constructor(nothing: () => MediaStatistics) {
    this.#nothing = nothing;
  }

  /** The last ones, when the call is over. */
  get last(): MediaStatistics {
    return this.#last ?? this.#nothing();
  }

  /** Asks by `post` under this number. */
  ask(request: number, post: () => void): Promise<MediaStatistics> {
    return new Promise((resolve) => {
      this.#asked.set(request, resolve);
      post();
    });
  }

  /** The engine tells. */
  answer(request: number, statistics: MediaStatistics): void {
    this.#asked.get(request)?.(statistics);
    this.#asked.delete(request);
  }

  /** The engine tells for the last time. */
  close(statistics: MediaStatistics): void {
    this.#last = statistics;
  }

  /** It will not tell any more. */
  end(): void {
    for (const resolve of this.#asked.values()) resolve(this.last);
    this.#asked.clear();
  }
}
