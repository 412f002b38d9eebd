import { keyOf, tonesOf } from '../keypad.ts';
import type { ToneSequence, ToneStep } from '../tone-sequence.ts';

/** How keys sound as tones. Durations are milliseconds. */
export interface KeyTones {
  readonly onMs: number;
  readonly offMs: number;
  /** Length of a comma. */
  readonly pauseMs: number;
  /** Level of the high tone in dBm0. */
  readonly level: number;
  /** Whether a key was broken off just now: the next one is another only after a gap. */
  readonly isAfterKey: boolean;
}

/** A line weakens high tones more, so telephones send them stronger by so many decibels (ETSI ES 201 235-2 §4.2.3: 1 to 4). */
const TWIST = 2;
/** ITU-T Q.24: no shorter gap need be recognised. */
const SHORTEST_GAP = 40;
/** Longest step of a tone. */
const LONGEST_STEP = 9999;

/** Digits as one tone, exact to the sample: each with the gap after it, a comma as silence. */
export function keyTones(digits: string, { onMs, offMs, pauseMs, level, isAfterKey }: KeyTones): ToneSequence {
  const steps = [...digits].flatMap((digit) => {
    const tones = tonesOf(digit);
    if (!tones) return silence(pauseMs);
    const waves = [
      { frequency: tones.low, amplitude: TWIST - level },
      { frequency: tones.high, amplitude: -level },
    ];
    return [{ waves, duration: onMs }, ...silence(offMs)];
  });
  return { name: `digits:${digits}`, steps: isAfterKey ? [...silence(SHORTEST_GAP), ...steps] : steps, repeat: 1 };
}

/** What such a tone says: each of its steps that is a key, and when it is over. Empty when there is anything else in it. */
export function keysOf({ steps, repeat }: ToneSequence): readonly { readonly key: string; readonly endMs: number }[] {
  const keys: { key: string; endMs: number }[] = [];
  let endMs = 0;
  for (const { waves = [], duration } of repeat === 1 ? steps : []) {
    endMs += duration;
    if (waves.length === 0) continue;
    const [low, high] = waves;
    const key = low && high && keyOf(low.frequency, high.frequency);
    if (key === undefined) return [];
    keys.push({ key, endMs });
  }
  return keys;
}

function silence(ms: number): readonly ToneStep[] {
  const steps: ToneStep[] = [];
  for (let left = ms; left > 0; left -= LONGEST_STEP) steps.push({ duration: Math.min(left, LONGEST_STEP) });
  return steps;
}
