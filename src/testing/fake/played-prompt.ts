import type { HeardPrompt } from './fake-caller.ts';

/** One playing of a prompt, and how much of it reaches the far end. */
export class PlayedPrompt {
  readonly file: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly bargeIn: string;
  /** Milliseconds heard before {@link PlayedPrompt.#since}. */
  #heardMs = 0;
  /** Since when it is being heard without a break; undefined while it is not. */
  #since: number | undefined;

  constructor(file: string, durationMs: number, bargeIn: string, now: number, isHeard: boolean) {
    this.file = file;
    this.durationMs = durationMs;
    this.bargeIn = bargeIn;
    this.startedAt = now;
    if (isHeard) this.#since = now;
  }

  /** From now on it is heard, or not. */
  hear(now: number, isHeard: boolean): void {
    if (this.#since !== undefined) this.#heardMs += now - this.#since;
    this.#since = isHeard ? now : undefined;
  }

  report(now: number): HeardPrompt {
    const playedMs = this.#heardMs + (this.#since === undefined ? 0 : now - this.#since);
    const { file, durationMs, startedAt } = this;
    return { file, playedMs, durationMs, complete: playedMs >= durationMs, startedAt };
  }
}
