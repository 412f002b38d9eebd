import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWholeWav, wavBytes } from '../../../../src/speech/wav/wav-bytes.codec.ts';
import { WavReader } from '../../../../src/speech/wav/wav-reader.codec.ts';

function wav({ tag = 1, channels = 1, bits = 16, size = 0xffff_ffff, rate = 16_000 }, data: Buffer): Buffer {
  const header = Buffer.alloc(52);
  header.write('RIFF\0\0\0\0WAVELIST', 0, 'latin1');
  header.writeUInt32LE(0, 16);
  const fmt = Buffer.alloc(32);
  fmt.write('fmt ', 0, 'latin1');
  fmt.writeUInt32LE(16, 4);
  fmt.writeUInt16LE(tag, 8);
  fmt.writeUInt16LE(channels, 10);
  fmt.writeUInt32LE(rate, 12);
  fmt.writeUInt16LE((channels * bits) / 8, 20);
  fmt.writeUInt16LE(bits, 22);
  fmt.write('data', 24, 'latin1');
  fmt.writeUInt32LE(size, 28);
  return Buffer.concat([header.subarray(0, 20), fmt, data]);
}

describe('a WAV stream', () => {
  it('is read the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32_768, max: 32_767 })), fc.array(fc.nat(20)), (values, cuts) => {
        const bytes = wavBytes([Int16Array.from(values)], 22_050);
        const reader = new WavReader();
        const read: number[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          read.push(...reader.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        expect(read).toEqual(values);
        expect(reader.sampleRate).toBe(22_050);
        expect(isWholeWav(bytes, bytes.length)).toBe(values.length > 0);
        expect(isWholeWav(bytes, bytes.length - 1)).toBe(false);
      }),
    );
  });

  it('of a pipe has no size and may have other chunks before its samples', () => {
    const data = Buffer.from(Int16Array.of(1, -2, 3).buffer);
    for (const size of [0, 0x7fff_f000, 0xffff_ffff]) {
      expect([...new WavReader().push(wav({ size }, data))]).toEqual([1, -2, 3]);
    }
    expect([...new WavReader().push(wav({ size: 4 }, data))]).toEqual([1, -2]);
  });

  it.each([
    [{ bits: 8 }, Buffer.of(128, 0, 255), [0, -32_768, 32_512]],
    [{ bits: 24 }, Buffer.of(9, 1, 0, 9, 0xff, 0xff), [1, -1]],
    [{ bits: 32 }, Buffer.from(Int32Array.of(65_536, -65_536).buffer), [1, -1]],
    [{ tag: 3, bits: 32 }, Buffer.from(Float32Array.of(0.5, -2, Number.NaN).buffer), [16_384, -32_768, 0]],
    [{ channels: 2 }, Buffer.from(Int16Array.of(100, 300, -4, -6).buffer), [200, -5]],
  ])('of %o is mono of 16 bits', (format, data, expected) => {
    expect([...new WavReader().push(wav(format, data))]).toEqual(expected);
  });

  it('may be samples without a header', () => {
    const format = { sampleRate: 8000, channels: 1, bits: 16, isFloat: false, isBigEndian: true } as const;
    const reader = new WavReader(format);
    expect([...reader.push(Buffer.of(0, 1, 0xff))]).toEqual([1]);
    expect([...reader.push(Buffer.of(0xfe))]).toEqual([-2]);
  });

  it.each([
    ['no WAV', Buffer.from('<html>not found</html>')],
    ['no WAV', Buffer.from('ID3')],
    ['not PCM', wav({ tag: 7, bits: 8 }, Buffer.alloc(0))],
    ['not PCM', wav({ tag: 3, bits: 16 }, Buffer.alloc(0))],
    ['channels', wav({ channels: 0 }, Buffer.alloc(0))],
    ['Hz', wav({ rate: 1 }, Buffer.alloc(0))],
    ['no samples', Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), Buffer.alloc(70_000)])],
  ])('is refused when it is %s', (what, bytes) => {
    expect(() => new WavReader().push(bytes)).toThrow(what);
  });
});
