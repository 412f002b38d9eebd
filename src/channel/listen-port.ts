/**
 * What a channel needs from media to hear who speaks and what sounds. Part of `media-port.ts`; durations are milliseconds.
 */

/**
 * A tone that says something: the calling tone of a fax machine (`CNG`) and its answer (`CED`, also with phase reversals), a `BEEP` of any
 * steady frequency, special information tones (`SIT`), and the cadences `BUSY` and `CONGESTION`.
 */
export type HeardTone = 'CNG' | 'CED' | 'BEEP' | 'SIT' | 'BUSY' | 'CONGESTION';

/** What to listen for. */
export interface ListenRequest {
  readonly speech: boolean;
  readonly tones: boolean;
  /** How long a tone must be steady to be a beep. */
  readonly beepMs: number;
}

/** What was heard. */
export type ListenEvent =
  /** The far end has begun to speak, or has fallen silent, so long ago. Before that it had done the other for `lastedMs`. */
  | { readonly type: 'speech'; readonly isSpeaking: boolean; readonly sinceMs: number; readonly lastedMs: number }
  /**
   * A tone was recognised, having sounded for `ms`; or it is over, having sounded for `ms` altogether. Each that is recognised is told to
   * be over later, unless listening ends before.
   */
  | {
      readonly type: 'tone';
      readonly tone: HeardTone;
      readonly isOver: boolean;
      readonly ms: number;
      readonly hertz: number;
    };
