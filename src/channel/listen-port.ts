/**
 * What a channel needs from media to hear who speaks and what sounds. Part of `media-port.ts`; durations are milliseconds.
 */

/**
 * The name of a tone that is heard.
 *
 * | name | what it is |
 * |---|---|
 * | `CNG` | a fax machine that calls: 1100 Hz for half a second, told at its end |
 * | `CED` | a fax machine or modem that answers: 2100 Hz for half a second and more, with or without phase reversals |
 * | `BEEP` | any other steady tone of 350 to 2500 Hz that lasts 180 ms |
 * | `SIT` | three rising tones that go before an announcement of the network |
 * | `BUSY` | three tones of about half a second with pauses as long, of 340 to 520 Hz or of 480 and 620 Hz together |
 * | `CONGESTION` | the same, about twice as fast |
 */
export type DetectedToneName = 'CNG' | 'CED' | 'BEEP' | 'SIT' | 'BUSY' | 'CONGESTION';

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
      readonly tone: DetectedToneName;
      readonly isOver: boolean;
      readonly ms: number;
      readonly hertz: number;
    };
