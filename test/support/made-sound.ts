/** Sounds at 8000 Hz that are computed, for detectors. */

const RATE = 8000;
/** A sine of 0 dBm0 in 16-bit samples: 3.14 dB below the overload point (ITU-T G.711). */
const ZERO_DBM0 = 32_124 * 10 ** (-3.14 / 20);

/** Noise that is the same each time: normally distributed, of standard deviation 1. */
function noise(seed = 1): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 0x1_0000_0000;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

export interface SineOptions {
  /** Level in dBm0. */
  readonly level?: number;
  /** Turns the phase round every so many milliseconds. */
  readonly reversals?: number;
}

/** Sines that sound together. */
export function sines(
  hertz: number | readonly number[],
  ms: number,
  { level = -15, reversals }: SineOptions = {},
): Int16Array {
  const amplitude = ZERO_DBM0 * 10 ** (level / 20);
  return Int16Array.from({ length: (ms * RATE) / 1000 }, (_, index) => {
    const turned = reversals !== undefined && Math.floor((index * 1000) / RATE / reversals) % 2 === 1;
    const sum = [hertz].flat().reduce((all, each) => all + Math.sin((2 * Math.PI * each * index) / RATE), 0);
    return Math.round(sum * amplitude * (turned ? -1 : 1));
  });
}

export function silence(ms: number): Int16Array {
  return new Int16Array((ms * RATE) / 1000);
}

/** One sound after the other. */
export function inTurn(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

/** White noise added; its level in dBm0. */
export function withNoise(sound: Int16Array, level: number, seed?: number): Int16Array {
  const next = noise(seed);
  // A sine of 0 dBm0 has 1/sqrt(2) of its amplitude as its root mean square.
  const deviation = (ZERO_DBM0 / Math.SQRT2) * 10 ** (level / 20);
  return sound.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample + deviation * next()))));
}

/**
 * Something like speech: pulses of a voice through three resonances, in syllables of 160 ms with gaps of 60 ms, each of another vowel and
 * pitch.
 */
export function syllables(ms: number, level = -20, seed = 1): Int16Array {
  const vowels = [
    [730, 1090, 2440],
    [270, 2290, 3010],
    [300, 870, 2240],
    [530, 1840, 2480],
  ] as const;
  const next = noise(seed);
  const sound = new Float64Array((ms * RATE) / 1000);
  for (let start = 0, count = 0; start < sound.length; start += 0.22 * RATE, count++) {
    const memory = [0, 0, 0, 0, 0, 0];
    const pitch = 110 + 60 * Math.abs(next());
    let phase = 0;
    for (let index = 0; index < 0.16 * RATE && start + index < sound.length; index++) {
      phase += (pitch * (1 + 0.1 * Math.sin(index / 400))) / RATE;
      let sample = 0.02 * next();
      if (phase >= 1) {
        phase -= 1;
        sample += 1;
      }
      const vowel = vowels[count % vowels.length] ?? vowels[0];
      vowel.forEach((hertz, place) => {
        const one = memory[2 * place] ?? 0;
        const two = memory[2 * place + 1] ?? 0;
        const radius = Math.exp((-Math.PI * 90) / RATE);
        sample += 2 * radius * Math.cos((2 * Math.PI * hertz) / RATE) * one - radius * radius * two;
        memory[2 * place + 1] = one;
        memory[2 * place] = sample;
      });
      sound[Math.floor(start) + index] = sample * Math.sin((Math.PI * index) / (0.16 * RATE));
    }
  }
  const mean = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
  const scale = ((ZERO_DBM0 / Math.SQRT2) * 10 ** (level / 20)) / mean;
  return Int16Array.from(sound, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * scale))));
}
