import { levelOfPcm } from '../level/level.codec.ts';
import type { Feed } from './feed.state.ts';

/** Samples of a frame of 20 ms at 8 kHz. */
const FRAME = 160;

/** The samples that programs send on one call: at any time those of one feed. */
export class Feeds {
  /** What was written last. */
  readonly frame: Int16Array = new Int16Array(FRAME);
  /** How many samples of it were pushed; the others are silence. */
  samples = 0;
  readonly #feeds = new Set<Feed>();

  add(feed: Feed): void {
    this.#feeds.add(feed);
  }

  remove(feed: Feed): void {
    this.#feeds.delete(feed);
  }

  /** Whether something is being sent, or waits for that. */
  get isBusy(): boolean {
    for (const feed of this.#feeds) if (feed.isBusy) return true;
    return false;
  }

  /** Level of {@link Feeds.frame} in dBov. */
  get level(): number {
    return levelOfPcm(this.frame, 0, FRAME);
  }

  /** Makes the next frame. @param isHeard - whether it is sent. @returns false when there is nothing to be sent. */
  next(isHeard: boolean): boolean {
    for (const feed of this.#feeds) {
      if (!feed.take(this.frame, isHeard)) continue;
      this.samples = feed.lastCount;
      return true;
    }
    return false;
  }
}
