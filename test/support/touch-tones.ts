import { tonesOf } from '../../src/keypad.ts';

/** Amplitude of a sine of 0 dBm0 in 16-bit samples. */
const DBM0 = 22_750;

/** How keys sound. What is left out is as a good telephone does it. */
export interface TouchTones {
  /** Samples in a second; 8000. */
  readonly rate?: number | undefined;
  /** Length of a key and of the pause after it in milliseconds; 40 each. */
  readonly onMs?: number | undefined;
  readonly offMs?: number | undefined;
  /** Silence before the first in milliseconds; 40. */
  readonly leadMs?: number | undefined;
  /** Level of each tone in dBm0; -10. */
  readonly lowLevel?: number | undefined;
  readonly highLevel?: number | undefined;
  /** How far off the frequencies are, as a part of them; 0. */
  readonly lowOff?: number | undefined;
  readonly highOff?: number | undefined;
  /** How far below the tones white noise lies, in dB; none. */
  readonly snr?: number | undefined;
  /** From 0 to 1, a new one with each call: for phases and noise. */
  readonly random?: (() => number) | undefined;
}

/** Keys as 16-bit samples, filled up to whole frames of 20 ms and one more. */
export function touchTones(keys: string, options: TouchTones = {}): Int16Array {
  const { rate = 8000, onMs = 40, offMs = 40, leadMs = 40, lowLevel = -10, highLevel = -10 } = options;
  const { lowOff = 0, highOff = 0, snr, random = () => 0 } = options;
  const perMs = rate / 1000;
  const frame = 20 * perMs;
  const length = Math.ceil((leadMs + keys.length * (onMs + offMs)) / 20 + 1) * frame;
  const sum = new Float64Array(length);
  const lowAmplitude = DBM0 * 10 ** (lowLevel / 20);
  const highAmplitude = DBM0 * 10 ** (highLevel / 20);
  for (const [index, key] of [...keys].entries()) {
    const tones = tonesOf(key);
    if (!tones) throw new Error(`${key} is no key`);
    const from = Math.round((leadMs + index * (onMs + offMs)) * perMs);
    const [lowPhase, highPhase] = [random(), random()];
    for (let at = 0; at < Math.round(onMs * perMs); at++) {
      const low = Math.sin(2 * Math.PI * ((tones.low * (1 + lowOff) * at) / rate + lowPhase));
      const high = Math.sin(2 * Math.PI * ((tones.high * (1 + highOff) * at) / rate + highPhase));
      sum[from + at] = lowAmplitude * low + highAmplitude * high;
    }
  }
  if (snr !== undefined) {
    const deviation = Math.sqrt(((lowAmplitude ** 2 + highAmplitude ** 2) / 2) * 10 ** (-snr / 10));
    // Box and Muller: two even random numbers make a normal one.
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + deviation * normal();
  }
  return Int16Array.from(sum, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value))));
}
