import type { RecordFormat } from '../../channel/media-port.ts';
import { decodeG711, encodeG711, type Law, PCMA, PCMU, translateG711 } from '../../media/codec/g711.codec.ts';
import { wavHeaderSize, wavSampleBytes, writeWavHeader } from '../../media/wav/wav-writer.codec.ts';
import type { SoundTrack } from './sound-track.ts';

/** A stretch of what came from the far end. */
export interface Recorded {
  readonly track: SoundTrack;
  readonly from: number;
  readonly samples: number;
  /** What the call carries. */
  readonly law: Law;
}

/** How many bytes such a WAV file has. */
export function wavSize(format: RecordFormat, samples: number): number {
  const data = samples * wavSampleBytes(format);
  return wavHeaderSize(format) + data + (data & 1);
}

/** Makes the WAV file of a recording, as the real recorder writes it: what it holds has gone through the codec of the call. */
export function recordedWav(format: RecordFormat, { track, from, samples, law }: Recorded): Uint8Array {
  const linear = new Int16Array(samples);
  track.render(from, linear);
  const coded = new Uint8Array(samples);
  encodeG711(law, linear, 0, coded, 0, samples);
  const file = new Uint8Array(wavSize(format, samples));
  const data = wavHeaderSize(format);
  file.set(writeWavHeader(format, samples * wavSampleBytes(format)));
  if (format !== 'PCM16') {
    translateG711(law, format === 'PCMU' ? PCMU : PCMA, coded, 0, file.subarray(data), 0, samples);
    return file;
  }
  decodeG711(law, coded, 0, linear, 0, samples);
  const view = new DataView(file.buffer, data);
  for (let index = 0; index < samples; index++) view.setInt16(index * 2, linear[index] as number, true);
  return file;
}
