import type { Law } from '../codec/g711.codec.ts';

/** Something that a far end hears: a link, or the others in a mix. */
export interface Source {
  /** Whether it is there at all; what is there and silent is heard all the same. */
  readonly isThere: boolean;
  /** Takes what is due. @returns false when nothing is said in it. */
  take(): boolean;
  /** Lets frames pass unheard. */
  skip(frames: number): void;
  /** Whether what was taken is a frame of somebody as it came, so that {@link Source.copy} will do. */
  readonly isPlain: boolean;
  /** Writes what was taken, in this law. */
  copy(law: Law, into: Uint8Array): void;
  /** Adds what was taken. */
  add(sum: Int32Array): void;
}
