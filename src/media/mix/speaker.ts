import type { Law } from '../codec/g711.codec.ts';

/** What the far end of a call says, for other calls to hear: its last frames, as they came. */
export interface Speaker {
  /** Law of {@link Speaker.bytes}. */
  readonly law: Law;
  /** Of all frames that are kept; {@link Speaker.at} says where each begins. */
  readonly bytes: Uint8Array;
  /** How many frames there have been. */
  readonly count: number;
  /** How many frames back one still is there. */
  readonly kept: number;
  /** Where in {@link Speaker.bytes} a frame begins, one of the last that there have been; below zero when nothing was said in it. */
  at(frame: number): number;
  /** Somebody wants to hear it from now on. */
  open(): void;
  /** One of those is gone. */
  close(): void;
}
