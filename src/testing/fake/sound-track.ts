import { levelOfPcm, SILENCE_DBOV } from '../../media/level/level.codec.ts';
import type { SoundKind, SoundSource } from './sound-source.ts';
import { Times } from './times.ts';

/** Samples per millisecond: everything here is at 8000 Hz. */
export const SAMPLES_PER_MS = 8;
/** The grid that recordings are made on, as that of the real ones: 20 ms. */
export const FRAME_MS = 20;
export const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS;

/** Where samples come from: tones that sound together, samples at 8000 Hz, or what computes each of them. */
export type Sound =
  | { readonly kind: 'computed'; at(position: number): number }
  | { readonly kind: 'tones'; readonly hertz: readonly number[]; readonly amplitude: number }
  | { readonly kind: 'samples'; readonly samples: Int16Array; readonly isLoop?: boolean };

/** A sound and its place in virtual time. */
export interface SoundPiece {
  readonly from: number;
  readonly until: number;
  readonly sound: Sound;
  /** Whether it is the tones of a key. */
  readonly isKey?: boolean;
  /** Whether it stands for a voice, whatever it sounds like. */
  readonly isVoice?: boolean;
}

const FRAME = new Int16Array(FRAME_SAMPLES);

/** What comes from one side, as pieces of sound in time: nothing is computed before somebody asks for it. */
export class SoundTrack implements SoundSource {
  readonly #pieces: SoundPiece[] = [];
  readonly #gaps = new Times();

  add(piece: SoundPiece): void {
    this.#pieces.push(piece);
  }

  /** When the last sound ends. */
  get lastAt(): number {
    return endOf(this.#pieces);
  }

  /** The same without the tones of keys. */
  get withoutKeys(): SoundSource {
    const others = (): readonly SoundPiece[] => this.#pieces.filter(({ isKey }) => !isKey);
    return {
      get lastAt() {
        return endOf(others());
      },
      kindAt: (at) => this.#kindOf(others(), at),
      level: (at) => this.#levelOf(others(), at),
      render: (at, into) => this.#renderOf(others(), at, into),
    };
  }

  /** Lets nothing through from now on, or everything again. */
  mute(now: number, isMuted: boolean): void {
    this.#gaps.set(now, isMuted);
  }

  kindAt(at: number): SoundKind {
    return this.#kindOf(this.#pieces, at);
  }

  level(at: number): number {
    return this.#levelOf(this.#pieces, at);
  }

  render(at: number, into: Int16Array): void {
    this.#renderOf(this.#pieces, at, into);
  }

  #kindOf(all: readonly SoundPiece[], at: number): SoundKind {
    const pieces = this.#audible(all, at);
    if (pieces.some(({ isKey }) => isKey)) return 'key';
    if (pieces.some(({ isVoice }) => isVoice)) return 'voice';
    return pieces.length > 0 ? 'sound' : 'nothing';
  }

  #levelOf(all: readonly SoundPiece[], at: number): number {
    const pieces = this.#audible(all, at);
    const [piece] = pieces;
    if (!piece) return SILENCE_DBOV;
    if (pieces.length === 1 && piece.sound.kind === 'tones' && piece.from <= at && piece.until >= at + FRAME_MS) {
      return toneLevel(piece.sound.hertz.length, piece.sound.amplitude);
    }
    FRAME.fill(0);
    for (const audible of pieces) mix(audible, at, FRAME);
    return levelOfPcm(FRAME, 0, FRAME_SAMPLES);
  }

  #renderOf(all: readonly SoundPiece[], at: number, into: Int16Array): void {
    into.fill(0);
    for (let start = 0; start < into.length; start += FRAME_SAMPLES) {
      const frameAt = at + start / SAMPLES_PER_MS;
      const frame = into.subarray(start, start + FRAME_SAMPLES);
      for (const piece of this.#audible(all, frameAt)) mix(piece, frameAt, frame);
    }
  }

  /** The pieces that sound in the frame that begins then. */
  #audible(all: readonly SoundPiece[], at: number): readonly SoundPiece[] {
    const there = all.filter(({ from, until }) => from < at + FRAME_MS && until > at);
    // A frame is let through as a whole or not at all.
    return there.length > 0 && this.#gaps.has(at) ? [] : there;
  }
}

function endOf(pieces: readonly SoundPiece[]): number {
  return pieces.reduce((last, { until }) => Math.max(last, until), Number.NEGATIVE_INFINITY);
}

function toneLevel(count: number, amplitude: number): number {
  return 10 * Math.log10((count * amplitude * amplitude) / 2 / (32_768 * 32_768));
}

/** Adds a piece to samples that begin at a time. */
function mix({ from, until, sound }: SoundPiece, at: number, into: Int16Array): void {
  const first = Math.max(0, Math.ceil((from - at) * SAMPLES_PER_MS));
  const end = Math.min(into.length, Math.ceil((until - at) * SAMPLES_PER_MS));
  const offset = Math.round((at - from) * SAMPLES_PER_MS);
  for (let index = first; index < end; index++) {
    const sample = sampleAt(sound, offset + index) + (into[index] as number);
    into[index] = Math.max(-32_768, Math.min(32_767, sample));
  }
}

/** One sample of a sound, counted from its beginning. */
export function sampleAt(sound: Sound, position: number): number {
  if (sound.kind === 'computed') return sound.at(position);
  if (sound.kind === 'samples') {
    return sound.samples[sound.isLoop ? position % sound.samples.length : position] ?? 0;
  }
  let sum = 0;
  for (const hertz of sound.hertz) {
    sum += Math.sin((2 * Math.PI * hertz * position) / (1000 * SAMPLES_PER_MS));
  }
  return Math.round(sum * sound.amplitude);
}
