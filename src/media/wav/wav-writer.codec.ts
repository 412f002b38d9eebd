import type { RecordFormat, RecordRate } from '../../channel/record-port.ts';

/** How samples are written. */
export type WavSamples = 'PCM16' | 'PCMU' | 'PCMA';

/** What a WAV file that we write holds. */
export interface WavShape {
  readonly format: WavSamples;
  readonly rate: RecordRate;
  readonly channels: 1 | 2;
}

const TAGS: Readonly<Record<WavSamples, number>> = { PCM16: 1, PCMA: 6, PCMU: 7 };

/** `fact` as a number. */
const FACT = 0x6661_6374;

/** The largest number of sample bytes that a WAV file of ours may hold: its sizes are 32 bits wide. */
export const WAV_DATA_LIMIT = 0xffff_ff00;

/** Bytes before the samples of a file that we write. */
export function wavHeaderSize(format: WavSamples): number {
  return format === 'PCM16' ? 44 : 58;
}

/** Bytes that one sample of one channel takes. */
export function wavSampleBytes(format: WavSamples): 1 | 2 {
  return format === 'PCM16' ? 2 : 1;
}

/**
 * The header of a WAV file with `dataBytes` bytes of samples, those of two channels in turns. Formats other than PCM carry the extended
 * `fmt ` chunk and a `fact` chunk with the number of samples of a channel, as the WAVE format demands.
 */
export function writeWavHeader({ format, rate, channels }: WavShape, dataBytes: number): Uint8Array {
  const header = new Uint8Array(wavHeaderSize(format));
  const view = new DataView(header.buffer);
  const sampleBytes = wavSampleBytes(format);
  const momentBytes = sampleBytes * channels;
  const plain = format === 'PCM16';
  let at = 0;
  const id = (name: string): void => {
    for (let index = 0; index < 4; index++) header[at++] = name.charCodeAt(index);
  };
  const number = (value: number, bytes: 2 | 4): void => {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  };
  id('RIFF');
  number(header.length - 8 + dataBytes + (dataBytes & 1), 4);
  id('WAVE');
  id('fmt ');
  number(plain ? 16 : 18, 4);
  number(TAGS[format], 2);
  number(channels, 2);
  number(rate, 4);
  number(rate * momentBytes, 4);
  number(momentBytes, 2);
  number(sampleBytes * 8, 2);
  if (!plain) {
    number(0, 2);
    id('fact');
    number(4, 4);
    number(dataBytes / momentBytes, 4);
  }
  id('data');
  number(dataBytes, 4);
  return header;
}

/** How the samples of a recording are written to begin with. */
export function wavSamples(format: RecordFormat): WavSamples {
  return format === 'OGG_OPUS' ? 'PCM16' : format;
}

/** Sets the sizes in a header, which is everything before the samples, also one that another program wrote. */
export function setWavSizes(header: Uint8Array, dataBytes: number, momentBytes: number): void {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  view.setUint32(4, header.length - 8 + dataBytes + (dataBytes & 1), true);
  view.setUint32(header.length - 4, dataBytes, true);
  for (let at = 12; at + 12 < header.length; ) {
    const size = view.getUint32(at + 4, true);
    if (view.getUint32(at) === FACT && size >= 4) view.setUint32(at + 8, dataBytes / momentBytes, true);
    at += 8 + size + (size & 1);
  }
}
