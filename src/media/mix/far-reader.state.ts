import type { FrameReader, Frames } from './speaker.ts';

/** What {@link FarReader.take} gives while the frame that is due has not come; below zero, as for silence. */
export const NOT_YET = -2;
/** More frames than this do not wait: the oldest are left out. Far fewer than are kept, since the next one is being written meanwhile. */
const MOST_WAITING = 2;

/**
 * The place of one that hears somebody of another thread. The two make their frames at moments that have nothing to do with each other, so
 * one that is late is waited for once; from then on the reader is a frame behind, and what is late by as much again is in time.
 */
export class FarReader implements FrameReader {
  readonly #frames: Pick<Frames, 'at' | 'count'>;
  #next: number;

  constructor(frames: Pick<Frames, 'at' | 'count'>) {
    this.#frames = frames;
    this.#next = frames.count;
  }

  take(): number {
    const waiting = this.#frames.count - this.#next;
    if (waiting <= 0) return NOT_YET;
    if (waiting > MOST_WAITING) this.#next += waiting - MOST_WAITING;
    return this.#frames.at(this.#next++);
  }

  skip(): void {
    // What has come meanwhile and is too much is left out with the next frame.
  }
}
