import type { RecordFormat } from '../../channel/media-port.ts';

const TAGS: Readonly<Record<RecordFormat, number>> = { PCM16: 1, PCMA: 6, PCMU: 7 };
const SAMPLE_RATE = 8000;

/** The largest number of sample bytes that a WAV file of ours may hold: its sizes are 32 bits wide. */
export const WAV_DATA_LIMIT = 0xffff_ff00;

/** Bytes before the samples of a file that we write. */
export function wavHeaderSize(format: RecordFormat): number {
  return format === 'PCM16' ? 44 : 58;
}

/** Bytes that one sample of one channel takes. */
export function wavSampleBytes(format: RecordFormat): 1 | 2 {
  return format === 'PCM16' ? 2 : 1;
}

/**
 * The header of an 8 kHz WAV file with `dataBytes` bytes of samples, those of two channels in turns. Formats other than PCM carry the extended
 * `fmt ` chunk and a `fact` chunk with the number of samples of a channel, as the WAVE format demands.
 */
export function writeWavHeader(format: RecordFormat, dataBytes: number, channels: 1 | 2 = 1): Uint8Array {
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
  number(SAMPLE_RATE, 4);
  number(SAMPLE_RATE * momentBytes, 4);
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
