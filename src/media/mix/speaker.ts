import type { Law } from '../codec/g711.codec.ts';

/** The last frames that somebody has said. */
export interface Frames {
  /** How many frames there have been. */
  readonly count: number;
  /** How many frames back one still is there. */
  readonly kept: number;
  /** Where a frame begins, one of the last that there have been; below zero when nothing was said in it. */
  at(frame: number): number;
}

/** The place of one that hears somebody. */
export interface FrameReader {
  /** Takes the frame that is due. @returns where it begins in {@link Speaker.bytes}; below zero when nothing is said in it */
  take(): number;
  /** Lets frames pass unheard. */
  skip(frames: number): void;
}

/** Somebody who can be heard by a link. */
export interface Speaker {
  /** Law of {@link Speaker.bytes}. */
  readonly law: Law;
  readonly bytes: Uint8Array;
  /** Somebody wants to hear it from now on. */
  open(): void;
  /** One of those is gone. */
  close(): void;
  /** A place to hear it from. */
  reader(): FrameReader;
}
