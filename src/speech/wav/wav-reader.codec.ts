/** What the samples of a WAV stream are. */
export interface PcmFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bits: 8 | 16 | 24 | 32;
  readonly isFloat: boolean;
  /** Most significant byte first, as in audio/L16. */
  readonly isBigEndian: boolean;
}

const TAG_PCM = 1;
const TAG_FLOAT = 3;
const TAG_EXTENSIBLE = 0xfffe;
/** A header with more before its samples is no header. */
const MOST_HEADER_BYTES = 65_536;

/**
 * Reads a WAV file that comes piece by piece, such as a program writes into a pipe: the sizes in its header may be wrong. Several
 * channels are averaged.
 */
export class WavReader {
  #rest = new Uint8Array(0);
  #format: PcmFormat | undefined;
  #isInSamples = false;
  #left = Number.POSITIVE_INFINITY;

  /** @param format - of bytes without a header. */
  constructor(format?: PcmFormat) {
    this.#format = format;
    this.#isInSamples = format !== undefined;
  }

  /** Undefined until the header has been read. */
  get sampleRate(): number | undefined {
    return this.#isInSamples ? this.#format?.sampleRate : undefined;
  }

  /** Takes the next bytes. @returns the samples that are whole. Throws an `Error` that says what is wrong with the header. */
  push(bytes: Uint8Array): Int16Array {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    this.#rest = all;
    if (!this.#isInSamples && !this.#readHeader()) return new Int16Array(0);
    return this.#samples();
  }

  /** @returns whether the bytes made a WAV file. */
  isWhole(): boolean {
    return this.#isInSamples;
  }

  #readHeader(): boolean {
    const bytes = this.#rest;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const id = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
    if (bytes.length < 12) {
      if (!'RIFF'.startsWith(id(0))) throw new Error('it is no WAV file');
      return false;
    }
    if (id(0) !== 'RIFF' || id(8) !== 'WAVE') throw new Error('it is no WAV file');
    let at = 12;
    while (at + 8 <= bytes.length) {
      const size = view.getUint32(at + 4, true);
      if (id(at) === 'data') {
        if (this.#format === undefined) throw new Error('its samples come before their format');
        // A program that writes into a pipe does not know the size: it writes 0, or a very large one.
        this.#left = size === 0 || size >= 0x7fff_0000 ? Number.POSITIVE_INFINITY : size;
        this.#rest = bytes.slice(at + 8);
        this.#isInSamples = true;
        return true;
      }
      if (id(at) === 'fmt ' && at + 8 + Math.min(size, 40) <= bytes.length) {
        this.#format = readFormat(view, at + 8, size);
      }
      at += 8 + size + (size & 1);
      if (at > MOST_HEADER_BYTES) break;
    }
    if (bytes.length > MOST_HEADER_BYTES || at > MOST_HEADER_BYTES) throw new Error('its header has no samples');
    return false;
  }

  #samples(): Int16Array {
    const { channels, bits } = this.#format as PcmFormat;
    const frameBytes = (channels * bits) / 8;
    const usable = Math.min(this.#rest.length, this.#left);
    const frames = Math.floor(usable / frameBytes);
    const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, this.#rest.byteLength);
    const read = sampleReader(view, this.#format as PcmFormat);
    const samples = new Int16Array(frames);
    for (let frame = 0, at = 0; frame < frames; frame++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++, at += bits / 8) sum += read(at);
      samples[frame] = Math.max(-32_768, Math.min(32_767, Math.round(sum / channels)));
    }
    this.#left -= frames * frameBytes;
    this.#rest = this.#left < frameBytes ? new Uint8Array(0) : this.#rest.slice(frames * frameBytes);
    return samples;
  }
}

function readFormat(view: DataView, at: number, size: number): PcmFormat {
  if (size < 16) throw new Error('its format is cut off');
  let tag = view.getUint16(at, true);
  if (tag === TAG_EXTENSIBLE && size >= 26) tag = view.getUint16(at + 24, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const isFloat = tag === TAG_FLOAT;
  if ((tag !== TAG_PCM && !isFloat) || (isFloat ? bits !== 32 : !isWidth(bits)) || !isWidth(bits)) {
    throw new Error(`its format (${tag}, ${bits} bits) is not PCM of 8, 16, 24 or 32 bits`);
  }
  if (channels < 1 || channels > 64) throw new Error(`it says that it has ${channels} channels`);
  if (sampleRate < 1000 || sampleRate > 384_000) throw new Error(`it says that its rate is ${sampleRate} Hz`);
  return { sampleRate, channels, bits, isFloat, isBigEndian: false };
}

function isWidth(bits: number): bits is PcmFormat['bits'] {
  return bits === 8 || bits === 16 || bits === 24 || bits === 32;
}

function sampleReader(view: DataView, { bits, isFloat, isBigEndian }: PcmFormat): (at: number) => number {
  const isLittle = !isBigEndian;
  if (isFloat) {
    return (at) => {
      const value = view.getFloat32(at, isLittle) * 32_768;
      return Number.isNaN(value) ? 0 : Math.max(-32_768, Math.min(32_767, value));
    };
  }
  if (bits === 8) return (at) => (view.getUint8(at) - 128) * 256;
  if (bits === 16) return (at) => view.getInt16(at, isLittle);
  if (bits === 24) return (at) => view.getInt16(isLittle ? at + 1 : at, isLittle);
  return (at) => view.getInt32(at, isLittle) / 65_536;
}
