import type { RecordFormat } from '../../channel/media-port.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU, translateG711 } from '../../media/codec/g711.codec.ts';
import { wavHeaderSize, wavSampleBytes, writeWavHeader } from '../../media/wav/wav-writer.codec.ts';
import type { SoundSource } from './sound-source.ts';

/** A stretch of sound, one source for each channel of the file. */
export interface Recorded {
  readonly sources: readonly SoundSource[];
  readonly from: number;
  /** Of each channel. */
  readonly samples: number;
  /** What the call carries. */
  readonly law: Law;
}

/** How many bytes such a WAV file has. */
export function wavSize(format: RecordFormat, samples: number, channels: number): number {
  const data = samples * wavSampleBytes(format) * channels;
  return wavHeaderSize(format) + data + (data & 1);
}

/** Makes the WAV file of a recording, as the real recorder writes it: what it holds has gone through the codec of the call. */
export function recordedWav(format: RecordFormat, { sources, from, samples, law }: Recorded): Uint8Array {
  const channels = sources.length === 2 ? 2 : 1;
  const file = new Uint8Array(wavSize(format, samples, channels));
  const data = wavHeaderSize(format);
  file.set(writeWavHeader(format, samples * wavSampleBytes(format) * channels, channels));
  const view = new DataView(file.buffer, data);
  const linear = new Int16Array(samples);
  const coded = new Uint8Array(samples);
  for (const [channel, source] of sources.entries()) {
    source.render(from, linear);
    encodeG711(law, linear, 0, coded, 0, samples);
    if (format === 'PCM16') decodeG711(law, coded, 0, linear, 0, samples);
    else translateG711(law, format === 'PCMU' ? PCMU : PCMA, coded, 0, coded, 0, samples);
    for (let index = 0; index < samples; index++) {
      const place = index * channels + channel;
      if (format === 'PCM16') view.setInt16(place * 2, linear[index] as number, true);
      else view.setUint8(place, coded[index] as number);
    }
  }
  return file;
}
