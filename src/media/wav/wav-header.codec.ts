import { ChannelError } from '../../errors.ts';
import { samplesIn } from './ima-adpcm.codec.ts';
import { SAMPLE_BYTES, type WavFormat, type WavLayout } from './wav-format.ts';

/** `wFormatTag` values (RFC 2361 and the WAVE registry). */
const TAG_PCM = 0x0001;
const TAG_FLOAT = 0x0003;
const TAG_ALAW = 0x0006;
const TAG_ULAW = 0x0007;
const TAG_IMA = 0x0011;
const TAG_EXTENSIBLE = 0xfffe;

/** A size that a program writes when it does not know the size yet, for example into a pipe. */
const SIZE_UNKNOWN = 0xffffffff;
const MIN_RATE = 1000;
const MAX_RATE = 384_000;
const MAX_CHANNELS = 64;
/** A file with more chunks than this before its samples is broken or made to waste time. */
const MAX_CHUNKS = 1000;

/** How far the walk through the chunks has come. */
export interface WavScan {
  /** Position in the file of the next chunk header to look at. */
  readonly next: number;
  readonly chunks: number;
  readonly format?: WavFormat | undefined;
  /** Samples of each channel, as a chunk of its own says for what is compressed. */
  readonly fact?: number | undefined;
}

/** The walk before its first step. */
export const WAV_SCAN_START: WavScan = { next: 0, chunks: 0 };

/** A WAV file in an encoding that is not read here; ffmpeg may know it. */
export class ForeignEncoding extends ChannelError {
  constructor(path: string, what: string) {
    super('FILE_INVALID', reasonWith(path, what));
  }
}

/** Why a file cannot be played, and what would be playable. */
export function invalid(path: string, what: string): ChannelError {
  return new ChannelError('FILE_INVALID', reasonWith(path, what));
}

function reasonWith(path: string, what: string): string {
  return `${path} cannot be played: ${what}. Give a complete WAV file in PCM, µ-law or A-law`;
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
}

/**
 * Walks the RIFF chunks of a WAV file until the samples are found.
 *
 * @param bytes - what the file holds from `scan.next` on, as much of it as has been read (4 KB are plenty)
 * @param fileSize - size of the whole file
 * @returns the layout, or where to go on reading
 * @throws ChannelError `FILE_INVALID` saying what is wrong
 */
export function scanWav(path: string, bytes: Uint8Array, fileSize: number, scan: WavScan): WavLayout | WavScan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const base = scan.next;
  let { next, chunks, format, fact } = scan;
  if (next === 0) {
    checkRiff(path, bytes, fileSize);
    next = 12;
  }
  for (;;) {
    const at = next - base;
    if (next + 8 > fileSize)
      throw invalid(
        path,
        format ? 'it has no data chunk (the file is cut off)' : 'it has no fmt chunk (the file is cut off)',
      );
    if (at + 8 > bytes.length) return { next, chunks, format, fact };
    const id = text(bytes, at);
    const size = view.getUint32(at + 4, true);
    if (id === 'data') {
      if (!format) throw invalid(path, 'its data chunk comes before any fmt chunk');
      const riffSize = base === 0 ? view.getUint32(4, true) : SIZE_UNKNOWN;
      return layout(format, next + 8, size, fileSize, riffSize, fact);
    }
    if (id === 'fmt ') {
      if (next + 8 + Math.min(size, 40) > fileSize) throw invalid(path, 'its fmt chunk is cut off');
      if (at + 8 + Math.min(size, 40) > bytes.length) return { next, chunks, format, fact };
      format = readFormat(path, view, at + 8, size);
    }
    if (id === 'fact' && size >= 4 && at + 12 <= bytes.length) fact = view.getUint32(at + 8, true);
    // Chunks begin at even positions (RIFF pads odd sizes).
    next += 8 + size + (size & 1);
    chunks++;
    if (chunks > MAX_CHUNKS) throw invalid(path, 'it has too many chunks before its samples');
  }
}

/** Tells a finished layout from a walk that must go on. */
export function isWavLayout(result: WavLayout | WavScan): result is WavLayout {
  return 'dataOffset' in result;
}

function checkRiff(path: string, bytes: Uint8Array, fileSize: number): void {
  if (fileSize === 0) throw invalid(path, 'the file is empty');
  const id = text(bytes, 0);
  if (id === 'RIFX') throw new ForeignEncoding(path, 'it is a big-endian RIFX file');
  if (id !== 'RIFF' && id !== 'RF64' && id !== 'BW64') {
    throw invalid(path, `it is not a WAV file (it does not begin with RIFF but with ${hex(bytes.subarray(0, 4))})`);
  }
  if (fileSize < 12 || bytes.length < 12) throw invalid(path, 'the file is cut off in its header');
  if (text(bytes, 8) !== 'WAVE')
    throw invalid(path, `it is a RIFF file, but not of type WAVE (${hex(bytes.subarray(8, 12))})`);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function layout(
  format: WavFormat,
  dataOffset: number,
  said: number,
  fileSize: number,
  riffSize: number,
  fact: number | undefined,
): WavLayout {
  const there = fileSize - dataOffset;
  // A recorder that died before it could write the sizes leaves both at zero.
  const unknown = said === SIZE_UNKNOWN || (said === 0 && riffSize === 0);
  const length = unknown ? there : Math.min(said, there);
  const held = samplesIn(format, length);
  if (format.encoding !== 'IMA') {
    return { ...format, dataOffset, dataLength: held * format.frameBytes, samples: held };
  }
  // The last block is filled up; how much of it counts is said apart.
  return { ...format, dataOffset, dataLength: length, samples: fact ? Math.min(fact, held) : held };
}

function readFormat(path: string, view: DataView, at: number, size: number): WavFormat {
  if (size < 16) throw invalid(path, `its fmt chunk has ${size} bytes instead of at least 16`);
  let tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const blockAlign = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  if (tag === TAG_EXTENSIBLE) {
    if (size < 40) throw invalid(path, 'its extensible fmt chunk is too short');
    // The first two bytes of the sub-format GUID are the tag of the real format.
    tag = view.getUint16(at + 24, true);
  }
  const encoding = encodingOf(path, tag, bits);
  if (channels < 1 || channels > MAX_CHANNELS) throw invalid(path, `it says that it has ${channels} channels`);
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE)
    throw invalid(path, `it says that its sample rate is ${sampleRate} Hz`);
  if (encoding === 'IMA') return imaFormat(path, channels, sampleRate, blockAlign);
  const frameBytes = SAMPLE_BYTES[encoding] * channels;
  if (blockAlign !== frameBytes)
    throw invalid(path, `its block size is ${blockAlign} where its format has ${frameBytes}`);
  return { encoding, channels, sampleRate, frameBytes };
}

function imaFormat(path: string, channels: number, sampleRate: number, frameBytes: number): WavFormat {
  if (frameBytes === 0 || frameBytes % (4 * channels) !== 0)
    throw invalid(path, `its block size is ${frameBytes}, which no IMA ADPCM has`);
  return { encoding: 'IMA', channels, sampleRate, frameBytes };
}

function encodingOf(path: string, tag: number, bits: number): WavFormat['encoding'] {
  switch (tag) {
    case TAG_PCM:
      if (bits === 8) return 'U8';
      if (bits === 16) return 'S16';
      if (bits === 24) return 'S24';
      if (bits === 32) return 'S32';
      break;
    case TAG_FLOAT:
      if (bits === 32) return 'F32';
      if (bits === 64) return 'F64';
      break;
    case TAG_ULAW:
      if (bits === 8) return 'PCMU';
      break;
    case TAG_ALAW:
      if (bits === 8) return 'PCMA';
      break;
    case TAG_IMA:
      if (bits === 4) return 'IMA';
      break;
    default:
      throw new ForeignEncoding(path, `its format 0x${tag.toString(16).padStart(4, '0')} is not supported`);
  }
  throw new ForeignEncoding(
    path,
    `its format 0x${tag.toString(16).padStart(4, '0')} with ${bits} bits is not supported`,
  );
}
