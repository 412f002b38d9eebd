import type { DetectedToneName } from '../listen-port.ts';
import type { ToneEvent } from './hearing.ts';

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
