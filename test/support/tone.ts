import { readFile } from 'node:fs/promises';

/** Samples of a WAV file of 16-bit PCM, mono, as the peers of our tests write it. */
export async function readPcm16(path: string): Promise<{ rate: number; samples: Int16Array }> {
  const file = await readFile(path);
  const rate = file.readUInt32LE(24);
  const at = file.indexOf('data', 12, 'latin1') + 8;
  const count = (file.length - at) >> 1;
  const samples = new Int16Array(count);
  for (let index = 0; index < count; index++) samples[index] = file.readInt16LE(at + index * 2);
  return { rate, samples };
}

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

/** A PCM16 WAV file of one tone, as bytes. */
export function toneWav(frequency: number, ms: number, rate = 8000, amplitude = 12_000): Buffer {
  const count = Math.round((rate * ms) / 1000);
  const file = Buffer.alloc(44 + count * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + count * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(count * 2, 40);
  for (let index = 0; index < count; index++) {
    file.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * frequency * index) / rate)), 44 + index * 2);
  }
  return file;
}
