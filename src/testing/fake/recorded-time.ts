import { FRAME_MS, FRAME_SAMPLES } from './sound-track.ts';

/** A time without pause. */
export interface Stretch {
  readonly from: number;
  /** How long it is by now: whole frames, as the real recorder has them. */
  readonly frames: number;
  readonly isMuted: boolean;
  /** Whether it goes on where the one before ended. */
  readonly isContinued: boolean;
}

interface Open extends Omit<Stretch, 'frames'> {
  frames: number | undefined;
}

/** The times of which a recording consists: what is between them was paused. */
export class RecordedTime {
  readonly #all: Open[] = [];
  #isMuted = false;

  get isPaused(): boolean {
    return this.#all.at(-1)?.frames !== undefined || this.#all.length === 0;
  }

  resume(now: number): void {
    if (this.isPaused) this.#all.push({ from: now, frames: undefined, isMuted: this.#isMuted, isContinued: false });
  }

  pause(now: number): void {
    const last = this.#all.at(-1);
    if (last && last.frames === undefined) last.frames = framesBetween(last.from, now);
  }

  mute(now: number, isMuted: boolean): void {
    if (this.#isMuted === isMuted) return;
    this.#isMuted = isMuted;
    if (this.isPaused) return;
    this.pause(now);
    const last = this.#all.at(-1);
    const from = (last?.from ?? now) + (last?.frames ?? 0) * FRAME_MS;
    this.#all.push({ from, frames: undefined, isMuted, isContinued: true });
  }

  /** All of them, the last one up to now. */
  stretches(now: number): readonly Stretch[] {
    return this.#all.map((stretch) => ({ ...stretch, frames: stretch.frames ?? framesBetween(stretch.from, now) }));
  }

  /** How many samples there are by now. */
  samples(now: number): number {
    return this.stretches(now).reduce((sum, { frames }) => sum + frames * FRAME_SAMPLES, 0);
  }
}

function framesBetween(from: number, now: number): number {
  return Math.max(0, Math.floor((now - from) / FRAME_MS));
}
