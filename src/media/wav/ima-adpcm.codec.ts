/** IMA ADPCM as WAV files have it (format 0x11): blocks that each begin with a whole sample of every channel. */
import type { WavFormat } from './wav-format.ts';

/** Size of a step of each quantiser: each about a tenth larger than the one before (IMA Recommended Practices, 1992). */
const STEPS = Int16Array.of(
  ...[7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97],
  ...[107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796],
  ...[876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871],
  ...[5358, 5894, 6484, 7132, 7845, 8630, 9493, 10_442, 11_487, 12_635, 13_899, 15_289, 16_818, 18_500, 20_350],
  ...[22_385, 24_623, 27_086, 29_794, 32_767],
);
/** Which quantiser comes next, by the magnitude of the code. */
const NEXT = Int8Array.of(-1, -1, -1, -1, 2, 4, 6, 8);
/** Bytes of the head of a block, and of a group of eight samples, for each channel. */
const WORD = 4;
const GROUP = 8;

/** How many samples of each channel so many bytes of any format hold. */
export function samplesIn({ encoding, channels, frameBytes }: WavFormat, bytes: number): number {
  const whole = Math.floor(bytes / frameBytes);
  if (encoding !== 'IMA') return whole;
  return whole * imaSamples(frameBytes, channels) + imaSamples(bytes - whole * frameBytes, channels);
}

/** How many samples of one channel a block of so many bytes holds. */
function imaSamples(bytes: number, channels: number): number {
  const groups = Math.floor((bytes - WORD * channels) / (WORD * channels));
  return groups < 0 ? 0 : 1 + groups * GROUP;
}

/** Decodes blocks, of which the last may be cut off, and averages their channels. */
export function imaToMono(bytes: Uint8Array, format: WavFormat): Int16Array {
  const { channels, frameBytes } = format;
  const blockSamples = imaSamples(frameBytes, channels);
  const sums = new Int32Array(samplesIn(format, bytes.length));
  for (let block = 0; block * blockSamples < sums.length; block++) {
    const data = bytes.subarray(block * frameBytes, (block + 1) * frameBytes);
    const into = sums.subarray(block * blockSamples);
    for (let channel = 0; channel < channels; channel++) addChannel(data, channels, channel, into);
  }
  return Int16Array.from(sums, (sum) => Math.round(sum / channels));
}

function addChannel(data: Uint8Array, channels: number, channel: number, into: Int32Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = imaSamples(data.length, channels);
  let value = view.getInt16(channel * WORD, true);
  let quantiser = Math.min(STEPS.length - 1, data[channel * WORD + 2] as number);
  into[0] = (into[0] as number) + value;
  for (let index = 1; index < count; index++) {
    const place = index - 1;
    const group = Math.floor(place / GROUP);
    const at = WORD * (channels * (group + 1) + channel) + ((place % GROUP) >> 1);
    const code = ((data[at] as number) >> (4 * (place & 1))) & 0x0f;
    value = next(value, code, STEPS[quantiser] as number);
    quantiser = Math.max(0, Math.min(STEPS.length - 1, quantiser + (NEXT[code & 7] as number)));
    into[index] = (into[index] as number) + value;
  }
}

/** Adds what a code stands for: its three lower bits are whole, half and quarter steps, and there is always an eighth. */
function next(value: number, code: number, step: number): number {
  let change = step >> 3;
  if (code & 4) change += step;
  if (code & 2) change += step >> 1;
  if (code & 1) change += step >> 2;
  return Math.max(-32_768, Math.min(32_767, code & 8 ? value - change : value + change));
}
