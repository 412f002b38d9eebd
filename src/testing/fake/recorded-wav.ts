import type { RecordRequest } from '../../channel/record-port.ts';
import {
  decodeG711,
  encodeG711,
  type Law,
  PCMA,
  PCMU,
  silenceOf,
  translateG711,
} from '../../media/codec/g711.codec.ts';
import { Upsampler } from '../../media/codec/upsampler.codec.ts';
import {
  setWavSizes,
  type WavShape,
  wavSampleBytes,
  wavSamples,
  writeWavHeader,
} from '../../media/wav/wav-writer.codec.ts';
import type { Stretch } from './recorded-time.ts';
import type { SoundSource } from './sound-source.ts';
import { FRAME_SAMPLES } from './sound-track.ts';

/** Times of sound, one source for each channel of the file. */
export interface Recorded {
  readonly sources: readonly SoundSource[];
  readonly stretches: readonly Stretch[];
  /** Of each channel, at 8000 Hz: no more than this of the stretches. */
  readonly samples: number;
  /** What the call carries. */
  readonly law: Law;
}

/** What the file of a request holds. Nothing encodes Opus here: that is a WAV file as well. */
export function shapeOf({ format, rate = 8000 }: RecordRequest, channels: number): WavShape {
  return { format: wavSamples(format), rate, channels: channels === 2 ? 2 : 1 };
}

/** How many bytes so many samples at 8000 Hz of each channel take in a file. */
export function dataSize({ format, rate, channels }: WavShape, samples: number): number {
  return (samples * rate * wavSampleBytes(format) * channels) / 8000;
}

/**
 * Makes the WAV file of a recording, as the real recorder writes it: what it holds has gone through the codec of the call.
 *
 * @param before - samples as bytes that it is appended to.
 */
export function recordedWav(shape: WavShape, recorded: Recorded, before: Uint8Array): Uint8Array {
  const { format, rate, channels } = shape;
  const data = before.length + dataSize(shape, recorded.samples);
  const header = writeWavHeader(shape, 0);
  setWavSizes(header, data, wavSampleBytes(format) * channels);
  const file = new Uint8Array(header.length + data + (data & 1));
  file.set(header);
  file.set(before, header.length);
  const view = new DataView(file.buffer, header.length + before.length);
  for (const [channel, source] of recorded.sources.entries()) {
    const { linear, coded } = soundOf(source, recorded, format);
    const values = format !== 'PCM16' ? coded : rate === 8000 ? linear : doubled(linear);
    for (let index = 0; index < values.length; index++) {
      const place = index * channels + channel;
      if (format === 'PCM16') view.setInt16(place * 2, values[index] as number, true);
      else view.setUint8(place, values[index] as number);
    }
  }
  return file;
}

function soundOf(
  source: SoundSource,
  { stretches, samples, law }: Recorded,
  format: WavShape['format'],
): { readonly linear: Int16Array; readonly coded: Uint8Array } {
  const linear = new Int16Array(samples);
  const coded = new Uint8Array(samples);
  const wanted = format === 'PCMA' ? PCMA : PCMU;
  let at = 0;
  // What has been cut off by a limit was a part of the last frame.
  for (const [index, { from, frames, isMuted }] of stretches.entries()) {
    const end = index === stretches.length - 1 ? samples : Math.min(samples, at + frames * FRAME_SAMPLES);
    const part = linear.subarray(at, end);
    const bytes = coded.subarray(at, end);
    at = end;
    if (isMuted) {
      bytes.fill(silenceOf(wanted));
      continue;
    }
    source.render(from, part);
    encodeG711(law, part, 0, bytes, 0, part.length);
    decodeG711(law, bytes, 0, part, 0, part.length);
    if (format !== 'PCM16') translateG711(law, wanted, bytes, 0, bytes, 0, part.length);
  }
  return { linear, coded };
}

function doubled(linear: Int16Array): Int16Array {
  const upsampler = new Upsampler(1);
  const output = new Int16Array(2 * linear.length);
  const first = upsampler.push(linear);
  output.set(first);
  output.set(upsampler.flush().subarray(0, output.length - first.length), first.length);
  return output;
}
