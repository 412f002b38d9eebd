import type { HeardTone } from '../listen-port.ts';
import type { ToneEvent } from './hearing.ts';

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
export type DetectedToneName = HeardTone;

/** A tone of the far end (`channel.on('tone')`). Each is told when it is recognised, and again when it is over. */
export interface DetectedTone {
  readonly name: DetectedToneName;
  /** Whether it is over. */
  readonly isOver: boolean;
  /** How long it has sounded so far, in milliseconds, with the pauses of a cadence. */
  readonly duration: number;
  /** Its frequency, to within 3 Hz for a clean line; 0 for two tones together. Of `SIT` the last one. */
  readonly hertz: number;
}

/** What a program is told of a tone. */
export function detectedTone({ tone, isOver, ms, hertz }: ToneEvent): DetectedTone {
  return { name: tone, isOver, duration: ms, hertz: Math.round(hertz) };
}
