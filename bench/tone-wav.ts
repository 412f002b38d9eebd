/** A WAV file of one tone: 16-bit PCM, mono, 8 kHz. */
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
