/** What a PCM16 WAV file holds: its rate, its length and its samples. */
export function parseWav(bytes: Uint8Array): {
  rate: number;
  channels: number;
  bits: number;
  ms: number;
  samples: Int16Array;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('not a WAV file');
  let rate = 0;
  let channels = 0;
  let bits = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (tag(at) === 'fmt ') {
      channels = view.getUint16(at + 10, true);
      rate = view.getUint32(at + 12, true);
      bits = view.getUint16(at + 22, true);
    }
    if (tag(at) === 'data') {
      const samples = Int16Array.from({ length: size / 2 }, (_, i) => view.getInt16(at + 8 + 2 * i, true));
      return { rate, channels, bits, ms: (samples.length / channels / rate) * 1_000, samples };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('no data');
}

/** The frequency of a pure tone, by its zero crossings. */
export function frequency(samples: Int16Array, rate: number): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) if ((samples[i - 1] ?? 0) < 0 !== (samples[i] ?? 0) < 0) crossings++;
  return crossings / 2 / (samples.length / rate);
}

export const loudest = (samples: Int16Array): number =>
  samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
