/** Format tags of RIFF: samples, A-law, µ-law. */
const PCM = 1;
const ALAW = 6;
const ULAW = 7;
const HEADER = 44;

/** Rates of the formats that are samples without a header. */
const RATES: Readonly<Record<string, number>> = {
  sln: 8000,
  sln12: 12_000,
  sln16: 16_000,
  sln24: 24_000,
  sln32: 32_000,
  sln44: 44_100,
  sln48: 48_000,
};

/** Whether files of this format are bare audio: nothing in them says what they are. */
export function isRaw(format: string): boolean {
  return format === 'ulaw' || format === 'alaw' || Object.hasOwn(RATES, format);
}

/** Puts a header in front of bare audio, so that it says what it is: one channel, little endian. */
export function withWavHeader(format: string, audio: Uint8Array): Uint8Array {
  const tag = format === 'ulaw' ? ULAW : format === 'alaw' ? ALAW : PCM;
  const rate = RATES[format] ?? 8000;
  const width = tag === PCM ? 2 : 1;
  const length = audio.length - (audio.length % width);
  const wav = new Uint8Array(HEADER + length + (length % 2));
  const view = new DataView(wav.buffer);
  wav.set(ascii('RIFF'), 0);
  view.setUint32(4, wav.length - 8, true);
  wav.set(ascii('WAVEfmt '), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * width, true);
  view.setUint16(32, width, true);
  view.setUint16(34, 8 * width, true);
  wav.set(ascii('data'), 36);
  view.setUint32(40, length, true);
  wav.set(audio.subarray(0, length), HEADER);
  return wav;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
