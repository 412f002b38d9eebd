import { decodeTable } from '../codec/g711.codec.ts';
import { imaToMono } from './ima-adpcm.codec.ts';
import type { SampleEncoding, WavFormat } from './wav-format.ts';

/** Reads one sample at a byte position as a 16-bit value, not rounded. */
type SampleReader = (at: number) => number;

/**
 * Turns samples of any supported encoding and number of channels into mono 16-bit ones. Channels are averaged, so
 * that a stereo file with one silent side does not clip and one with equal sides keeps its level.
 */
export function toMono(bytes: Uint8Array, format: WavFormat): Int16Array {
  const { encoding, channels, frameBytes } = format;
  if (encoding === 'IMA') return imaToMono(bytes, format);
  const frames = Math.floor(bytes.length / frameBytes);
  const mono = new Int16Array(frames);
  const read = reader(bytes, encoding);
  const step = frameBytes / channels;
  for (let frame = 0, at = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += step) sum += read(at);
    mono[frame] = Math.round(sum / channels);
  }
  return mono;
}

function reader(bytes: Uint8Array, encoding: SampleEncoding): SampleReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case 'U8':
      return (at) => (view.getUint8(at) - 128) * 256;
    case 'S16':
      return (at) => view.getInt16(at, true);
    case 'S24':
      return (at) => view.getInt16(at + 1, true);
    case 'S32':
      return (at) => view.getInt16(at + 2, true);
    case 'F32':
      return (at) => fromFloat(view.getFloat32(at, true));
    case 'F64':
      return (at) => fromFloat(view.getFloat64(at, true));
    case 'PCMU':
    case 'PCMA': {
      const table = decodeTable(encoding === 'PCMU' ? 0 : 1);
      return (at) => table[view.getUint8(at)] as number;
    }
  }
}

/** Full scale of a float file is ±1; what goes beyond is clipped, and what is not a number is silence. */
function fromFloat(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-32_768, Math.min(32_767, value * 32_768));
}
