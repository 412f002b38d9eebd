import { levelOfPcm, SILENCE_DBOV } from '../../media/level/level.codec.ts';
import { strongest } from './mixed-sound.ts';
import type { SoundKind, SoundSource } from './sound-source.ts';
import { FRAME_SAMPLES, SAMPLES_PER_MS } from './sound-track.ts';
import { Times } from './times.ts';

/** A source for a time, and how much louder it is. */
interface Stretch {
  readonly source: SoundSource;
  readonly decibels: number;
  readonly from: number;
  until: number;
}

/** A way of sound that is open. */
export interface SoundWay {
  setVolume(now: number, decibels: number): void;
  close(now: number): void;
}

const FULL_SCALE = 32_767;

/** Sound that comes from other sources, each for a time; all that come at once are added up, quieter where they would be clipped. */
export class LinkedSound implements SoundSource {
  readonly #all: Stretch[] = [];
  readonly #shut = new Times();
  /** Somebody who hears this is heard here as well: what goes round is not heard a second time. */
  #isAsked = false;

  /** Lets a source be heard from now on. */
  open(now: number, source: SoundSource, decibels = 0): SoundWay {
    const begin = (from: number, louder: number): Stretch => {
      const stretch = { source, decibels: louder, from, until: Number.POSITIVE_INFINITY };
      this.#all.push(stretch);
      return stretch;
    };
    let last = begin(now, decibels);
    const end = (at: number): void => {
      last.until = Math.min(last.until, at);
    };
    return {
      setVolume: (at, louder) => {
        if (last.until < Number.POSITIVE_INFINITY || louder === last.decibels) return;
        end(at);
        last = begin(at, louder);
      },
      close: end,
    };
  }

  /** Lets nothing through from now on, or everything again. */
  mute(now: number, isMuted: boolean): void {
    this.#shut.set(now, isMuted);
  }

  get lastAt(): number {
    return this.#once(Number.NEGATIVE_INFINITY, () =>
      this.#all.reduce(
        (last, { source, until }) => Math.max(last, Math.min(source.lastAt, until)),
        Number.NEGATIVE_INFINITY,
      ),
    );
  }

  kindAt(at: number): SoundKind {
    return this.#once<SoundKind>('nothing', () => strongest(this.#open(at).map(({ source }) => source.kindAt(at))));
  }

  level(at: number): number {
    return this.#once(SILENCE_DBOV, () => {
      const audible = this.#audible(at);
      const [only] = audible;
      if (!only) return SILENCE_DBOV;
      if (audible.length === 1) return Math.min(0, Math.max(SILENCE_DBOV, only.source.level(at) + only.decibels));
      const frame = new Int16Array(FRAME_SAMPLES);
      add(audible, at, frame);
      return levelOfPcm(frame, 0, FRAME_SAMPLES);
    });
  }

  render(at: number, into: Int16Array): void {
    into.fill(0);
    this.#once(undefined, () => {
      for (let start = 0; start < into.length; start += FRAME_SAMPLES) {
        const frameAt = at + start / SAMPLES_PER_MS;
        add(this.#audible(frameAt), frameAt, into.subarray(start, start + FRAME_SAMPLES));
      }
    });
  }

  #open(at: number): readonly Stretch[] {
    const open = this.#all.filter(({ from, until }) => from <= at && at < until);
    return open.length === 0 || this.#shut.has(at) ? [] : open;
  }

  #audible(at: number): readonly Stretch[] {
    return this.#open(at).filter(({ source }) => source.kindAt(at) !== 'nothing');
  }

  #once<T>(otherwise: T, ask: () => T): T {
    if (this.#isAsked) return otherwise;
    this.#isAsked = true;
    try {
      return ask();
    } finally {
      this.#isAsked = false;
    }
  }
}

/** Writes the sum of sources into a frame. */
function add(stretches: readonly Stretch[], at: number, frame: Int16Array): void {
  if (stretches.length === 0) return;
  const sum = new Float64Array(frame.length);
  for (const { source, decibels } of stretches) {
    source.render(at, frame);
    const factor = 10 ** (decibels / 20);
    for (let index = 0; index < frame.length; index++) {
      sum[index] = (sum[index] as number) + (frame[index] as number) * factor;
    }
  }
  const peak = sum.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const quieter = peak > FULL_SCALE ? FULL_SCALE / peak : 1;
  for (let index = 0; index < frame.length; index++) frame[index] = Math.round((sum[index] as number) * quieter);
}
