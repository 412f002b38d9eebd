/** Share of the energy of `samples` that lies at `frequency`, 0 to 1 (Goertzel). */
export function toneShare(samples: Int16Array, rate: number, frequency: number): number {
  const step = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let one = 0;
  let two = 0;
  let energy = 0;
  for (const sample of samples) {
    const next = sample + step * one - two;
    two = one;
    one = next;
    energy += sample * sample;
  }
  const power = one * one + two * two - step * one * two;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}

/** The best share of a tone in any window of `ms`, for a tone that begins somewhere. */
export function strongestTone(samples: Int16Array, rate: number, frequency: number, ms = 200): number {
  const length = Math.round((rate * ms) / 1000);
  let best = 0;
  for (let at = 0; at + length <= samples.length; at += length >> 1) {
    best = Math.max(best, toneShare(samples.subarray(at, at + length), rate, frequency));
  }
  return best;
}
