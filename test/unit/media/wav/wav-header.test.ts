import { describe, expect, it } from 'vitest';
import { type ChannelError, isChannelError } from '../../../../src/errors.ts';
import type { WavLayout } from '../../../../src/media/wav/wav-format.ts';
import { isWavLayout, scanWav, WAV_SCAN_START, type WavScan } from '../../../../src/media/wav/wav-header.codec.ts';
import { wavHeaderSize, writeWavHeader } from '../../../../src/media/wav/wav-writer.codec.ts';
import { chunk, wavBytes } from './wav-bytes.ts';

/** Reads a header in steps of `window` bytes. */
function read(file: Uint8Array, window = 4096): WavLayout {
  let scan: WavScan = WAV_SCAN_START;
  for (;;) {
    const result = scanWav('/x.wav', file.subarray(scan.next, scan.next + window), file.length, scan);
    if (isWavLayout(result)) return result;
    if (result.next === scan.next) throw new Error('no progress');
    scan = result;
  }
}

function fault(file: Uint8Array): ChannelError {
  try {
    read(file);
  } catch (error) {
    if (isChannelError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const DATA = new Uint8Array(320);

describe('a WAV header', () => {
  it.each(['U8', 'S16', 'S24', 'S32', 'F32', 'F64', 'PCMU', 'PCMA'] as const)(
    'is read for %s, plain and extensible',
    (encoding) => {
      for (const extensible of [false, true]) {
        const layout = read(wavBytes(new Uint8Array(480), { encoding, extensible, sampleRate: 16_000 }));
        expect(layout).toMatchObject({ encoding, channels: 1, sampleRate: 16_000, dataLength: 480 });
        expect(layout.dataOffset).toBe(extensible ? 68 : 44);
      }
    },
  );

  it('is found behind other chunks, of odd size and larger than what is read at once', () => {
    const before = [
      ['LIST', new Uint8Array(33)],
      ['bext', new Uint8Array(100_001)],
    ] as const;
    const file = wavBytes(DATA, { before });
    const layout = read(file, 64);
    expect(layout.dataOffset).toBe(file.length - 320);
    expect(layout.dataLength).toBe(320);
  });

  it('of a file that was piped has no sizes: the data goes to the end', () => {
    expect(read(wavBytes(DATA, { dataSize: 0xffffffff, riffSize: 0xffffffff })).dataLength).toBe(320);
    expect(read(wavBytes(DATA, { dataSize: 0x7ffff000, riffSize: 0x7ffff024 })).dataLength).toBe(320);
    expect(read(wavBytes(DATA, { dataSize: 0, riffSize: 0 })).dataLength).toBe(320);
  });

  it('of a file that is cut off gives what is there, whole samples only', () => {
    const file = wavBytes(DATA, { channels: 2 });
    expect(read(file.subarray(0, file.length - 3)).dataLength).toBe(316);
  });

  it('of an empty recording has no samples', () => {
    expect(read(wavBytes(new Uint8Array(0))).dataLength).toBe(0);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), /empty/],
    ['an MP3 file', Buffer.from('ID3\u0003aaaaaaaaaaaa'), /not a WAV file.*49 44 33 03/],
    ['a big-endian file', Buffer.from('RIFX\0\0\0\0WAVE'), /big-endian/],
    ['another RIFF file', Buffer.from('RIFF\0\0\0\0AVI fmt '), /not of type WAVE/],
    ['a file cut off in its header', Buffer.from('RIFF\0\0'), /cut off/],
    ['a file without chunks', Buffer.from('RIFF\0\0\0\0WAVE'), /no fmt chunk/],
    ['a file without data', wavBytes(DATA).subarray(0, 36), /no data chunk/],
    [
      'data before its format',
      chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('data', DATA)])),
      /before any fmt/,
    ],
    [
      'a fmt chunk that is too short',
      chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', DATA.subarray(0, 8))])),
      /8 bytes/,
    ],
    ['ADPCM of another kind', patch(20, 0x02), /0x0002 is not supported.*PCM, µ-law or A-law/],
    ['PCM of 12 bits', patch(34, 12), /12 bits/],
    ['no channels', patch(22, 0), /0 channels/],
    ['a rate of zero', patch(24, 0), /0 Hz/],
    ['a wrong block size', patch(32, 7), /block size is 7/],
  ])('of %s is refused, saying why', (_what, file, message) => {
    const error = fault(file);
    expect(error.code).toBe('FILE_INVALID');
    expect(error.message).toMatch(message);
    expect(error.message).toContain('/x.wav');
  });

  it('with endless chunks is refused', () => {
    const before = Array.from({ length: 1200 }, () => ['junk', new Uint8Array(0)] as const);
    expect(fault(wavBytes(DATA, { before })).message).toMatch(/too many chunks/);
  });

  it('never throws anything else, whatever the bytes', () => {
    const file = wavBytes(DATA, { extensible: true, before: [['LIST', new Uint8Array(9)]] });
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < 5000; round++) {
      const broken = Buffer.from(file.subarray(0, next(file.length + 1)));
      for (let change = next(6); change > 0 && broken.length > 0; change--) broken[next(broken.length)] = next(256);
      try {
        read(broken, 64);
      } catch (error) {
        if (!(error instanceof Error) || error.message === 'no progress') continue;
        expect(isChannelError(error)).toBe(true);
      }
    }
  });
});

/** A good file with one 16-bit field changed. */
function patch(at: number, value: number): Buffer {
  const file = wavBytes(DATA);
  file.writeUInt16LE(value, at);
  return file;
}

describe('the header that is written', () => {
  it.each([
    ['PCM16', 'S16', 44],
    ['PCMU', 'PCMU', 58],
    ['PCMA', 'PCMA', 58],
  ] as const)('for %s is read back', (format, encoding, size) => {
    expect(wavHeaderSize(format)).toBe(size);
    const file = Buffer.concat([writeWavHeader({ format, rate: 8000, channels: 1 }, 640), new Uint8Array(640)]);
    expect(read(file)).toMatchObject({ encoding, channels: 1, sampleRate: 8000, dataOffset: size, dataLength: 640 });
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
  });

  it('counts the samples in a fact chunk for G.711, and the padding of an odd size', () => {
    const header = Buffer.from(writeWavHeader({ format: 'PCMU', rate: 8000, channels: 1 }, 641));
    expect(header.toString('latin1', 38, 42)).toBe('fact');
    expect(header.readUInt32LE(46)).toBe(641);
    expect(header.readUInt32LE(4)).toBe(58 + 642 - 8);
  });
});
