/** A WAV file of one tone: 16-bit PCM, mono. */
export function toneWav(frequency: number, ms: number, rate = 8000, amplitude = 12_000): Buffer {
  const count = Math.round((rate * ms) / 1000);
  const tone = (_: unknown, index: number): number =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * index) / rate));
  return wavOf(Int16Array.from({ length: count }, tone), rate);
}

/** A WAV file of 16-bit PCM, mono. */
export function wavOf(samples: Int16Array, rate = 8000): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  for (const [index, sample] of samples.entries()) file.writeInt16LE(sample, 44 + index * 2);
  return file;
}
