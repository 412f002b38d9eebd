import { toneShare } from './tone.ts';

const WINDOW_MS = 50;

/**
 * For how many milliseconds a tone is heard, in steps of 50 ms. Where a jitter buffer has left out or repeated a frame, one
 * step is lost and not the whole.
 */
export function toneLength(samples: Int16Array, rate: number, frequency: number): number {
  const length = (rate * WINDOW_MS) / 1000;
  let heard = 0;
  for (let at = 0; at + length <= samples.length; at += length) {
    const window = samples.subarray(at, at + length);
    if (Math.max(...window) > 1000 && toneShare(window, rate, frequency) > 0.95) heard += WINDOW_MS;
  }
  return heard;
}
