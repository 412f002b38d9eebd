import { describe, expect, it } from 'vitest';
import { decodeTable, encodeUlaw, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { levelOfG711, levelOfPcm, peakOfG711, SILENCE_DBOV } from '../../../../src/media/level/level.codec.ts';

const sine = (peak: number): Int16Array =>
  Int16Array.from({ length: 160 }, (_, at) => Math.round(peak * Math.sin((2 * Math.PI * at) / 8)));

describe('level in dBov (RFC 6464)', () => {
  it('is 0 for the loudest square wave, -3 for the loudest sine, 6 less for half of it', () => {
    expect(levelOfPcm(new Int16Array(160).fill(-32768), 0, 160)).toBe(0);
    expect(levelOfPcm(sine(32767), 0, 160)).toBeCloseTo(-3.01, 2);
    expect(levelOfPcm(sine(16384), 0, 160)).toBeCloseTo(-9.03, 2);
  });

  it('is -127 for silence and for nothing', () => {
    expect(levelOfPcm(new Int16Array(160), 0, 160)).toBe(SILENCE_DBOV);
    expect(levelOfPcm(new Int16Array(160), 0, 0)).toBe(SILENCE_DBOV);
    expect(levelOfG711(PCMU, new Uint8Array(160).fill(0xff), 0, 160)).toBe(SILENCE_DBOV);
  });

  it('of A-law silence is that of its smallest value', () => {
    expect(levelOfG711(PCMA, new Uint8Array(160).fill(0xd5), 0, 160)).toBeCloseTo(20 * Math.log10(8 / 32768), 5);
  });

  it.each([PCMU, PCMA] as const)('of G.711 (law %i) is that of its decoding', (law) => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) & 0xff);
    const linear = Int16Array.from(bytes, (byte) => decodeTable(law)[byte] as number);
    expect(levelOfG711(law, bytes, 20, 160)).toBeCloseTo(levelOfPcm(linear, 20, 160), 10);
    expect(peakOfG711(law, bytes, 20, 160)).toBe(Math.max(...linear.subarray(20, 180).map(Math.abs)));
  });

  it('hardly changes by coding', () => {
    const linear = sine(10_000);
    const coded = Uint8Array.from(linear, encodeUlaw);
    expect(Math.abs(levelOfG711(PCMU, coded, 0, 160) - levelOfPcm(linear, 0, 160))).toBeLessThan(0.3);
  });
});
