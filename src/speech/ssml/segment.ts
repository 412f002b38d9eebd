/** A part of a text with one way of speaking, or a pause. */
export type SpeechSegment = SpokenSegment | { readonly breakMs: number };

export interface SpokenSegment {
  readonly text: string;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  /** 1 is normal speed. */
  readonly rate: number;
  /** How much louder in decibels; `-Infinity` is silent. */
  readonly volumeDb: number;
}
