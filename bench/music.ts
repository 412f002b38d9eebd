/** Kinds of music, from what a hold queue plays to what is hardest for a detector of tones. */
export const STYLES = ['plucked', 'flutes', 'organ of pure sines', 'saws and drums'] as const;
export type MusicStyle = (typeof STYLES)[number];

const SCALE = [0, 2, 4, 5, 7, 9, 11];

/** One note: its value at a time in seconds, before its envelope. */
type Voice = (seconds: number, hz: number) => number;

const sine = (turns: number): number => Math.sin(2 * Math.PI * turns);

const VOICES: Record<MusicStyle, { readonly voice: Voice; readonly decay: number; readonly drums: boolean }> = {
  plucked: {
    voice: (s, hz) => [1, 2, 3, 4, 5].reduce((sum, n) => sum + (sine(n * hz * s) * Math.exp(-n * s)) / n, 0),
    decay: 3,
    drums: false,
  },
  flutes: {
    voice: (s, hz) => sine(hz * s + 0.004 * hz * (1 - Math.cos(33 * s)) * 0.03) + 0.15 * sine(2 * hz * s),
    decay: 0.5,
    drums: false,
  },
  'organ of pure sines': { voice: (s, hz) => sine(hz * s), decay: 0, drums: false },
  'saws and drums': { voice: (s, hz) => 2 * ((hz * s) % 1) - 1, decay: 1, drums: true },
};

/** Chords and tunes in a style, made up by rule: the same each time. */
export function music(style: MusicStyle, seconds: number, rate: number): Int16Array {
  let seed = style.length;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const { voice, decay, drums } = VOICES[style];
  const sum = new Float64Array(Math.ceil(seconds * rate));
  let at = 0;
  while (at < sum.length) {
    // Now and then another key, and another tuning.
    const keynote = 110 * 2 ** (random(24) / 12) * (1 + (random(5) - 2) / 100);
    for (let bar = 0; bar < 8 && at < sum.length; bar++) {
      const length = Math.round((0.08 + random(8) / 10) * rate);
      const root = random(7);
      const notes = [0, 2, 4, 7 + random(7), 14 + random(7)].slice(0, 2 + random(4));
      for (const note of notes) {
        const step = root + note;
        const hz = keynote * 2 ** (Math.floor(step / 7) + (SCALE[step % 7] as number) / 12);
        if (hz > rate / 2.2) continue;
        const loud = 0.4 + random(7) / 10;
        for (let index = 0; index < length && at + index < sum.length; index++) {
          const t = index / rate;
          const envelope = Math.min(1, t / 0.005, (length - index) / rate / 0.01) * Math.exp(-decay * t);
          sum[at + index] = (sum[at + index] as number) + loud * envelope * voice(t, hz);
        }
      }
      for (let index = 0; drums && index < length && at + index < sum.length; index++) {
        sum[at + index] = (sum[at + index] as number) + 4 * (random(1000) / 500 - 1) * Math.exp((-40 * index) / rate);
      }
      at += length;
    }
  }
  return Int16Array.from(sum, (value) => 32_000 * Math.tanh(value / 3));
}
