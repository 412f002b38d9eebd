/** A sine wave of a tone. */
export interface ToneWave {
  /**
   * Whole hertz, 0 to 9999. 0 is silence. From 4000 on nothing is heard, because audio of 8000 samples per second cannot carry it.
   */
  readonly frequency: number;
  /** How many decibels below 1 mW at the reference point, 0 to 99: 10 is -10 dBm0, as in the Aculab UAS API. */
  readonly amplitude: number;
}

/** A part of a tone. */
export interface ToneStep {
  /** One or two waves that sound at once. None, the default, is silence. */
  readonly waves?: readonly ToneWave[] | undefined;
  /** How long it lasts: whole milliseconds, 0 to 9999. */
  readonly duration: number;
  /**
   * What two waves make. `summation`, the default, adds them. `modulation` lets the second one swing the amplitude of the first, which
   * keeps its level: by all of it when their amplitudes are the same, by half of it when the second is 6 dB weaker.
   */
  readonly add?: 'summation' | 'modulation' | undefined;
}

/** A tone that has been checked. Plain data, which may cross threads. */
export interface ToneSequence {
  readonly name: string;
  readonly steps: readonly ToneStep[];
  /** How many times the steps are played; `Infinity` for on and on. */
  readonly repeat: number;
}

/** How long a tone plays, in milliseconds. */
export function toneLength({ steps, repeat }: ToneSequence): number {
  return repeat * steps.reduce((sum, { duration }) => sum + duration, 0);
}
