import { describe, expect, it } from 'vitest';
import { downsampling, upsampling } from '../../../../src/media/streams/rate.codec.ts';
import { toneShare } from '../../../support/tone.ts';

const RATES = [16_000, 24_000, 48_000] as const;
/** 2 ms at 8 kHz. */
const DELAY = 16;

function sine(hertz: number, rate: number, ms: number, amplitude = 10_000): Int16Array {
  return Int16Array.from({ length: (rate * ms) / 1000 }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * index) / rate)),
  );
}

/** Root of the mean square, in decibels above that of a sine of this amplitude. */
function gain(samples: Int16Array, amplitude = 10_000): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10((2 * energy) / (amplitude * amplitude));
}

describe('samples of other rates', () => {
  it.each(RATES)('come from 8 kHz to %i Hz without anything that was not there', (rate) => {
    for (const hertz of [300, 1000, 3400]) {
      const output = upsampling(rate)
        .push(sine(hertz, 8000, 400))
        .subarray(rate / 50);
      expect(toneShare(output, rate, hertz)).toBeGreaterThan(0.9999);
      expect(Math.abs(gain(output))).toBeLessThan(0.05);
    }
  });

  it.each(RATES)('come from %i Hz to 8 kHz as loud as they were, without what telephony cannot carry', (rate) => {
    for (const hertz of [300, 1000, 3400]) {
      const output = downsampling(rate)
        .push(sine(hertz, rate, 400))
        .subarray(160, 160 + 350 * 8);
      expect(toneShare(output, 8000, hertz)).toBeGreaterThan(0.9999);
      expect(Math.abs(gain(output))).toBeLessThan(0.05);
    }
    for (const hertz of [4700, 6000, 7000]) {
      expect(
        gain(
          downsampling(rate)
            .push(sine(hertz, rate, 400))
            .subarray(160),
        ),
      ).toBeLessThan(-65);
    }
  });

  it.each(RATES)('are the same in pieces of any length at %i Hz, and as many as went in', (rate) => {
    const input = sine(700, rate, 200);
    const whole = downsampling(rate);
    const all = [...whole.push(input), ...whole.drain()];
    expect(all).toHaveLength(1600);
    const converter = downsampling(rate);
    const pieces: number[] = [];
    for (let round = 0; round < 2; round++) {
      for (let at = 0, length = 1; at < input.length; at += length, length = (length * 7) % 331) {
        pieces.push(...converter.push(input.subarray(at, at + length)));
      }
      pieces.push(...converter.drain());
    }
    // After a drain it begins anew.
    expect(pieces).toEqual([...all, ...all]);
    const up = upsampling(rate);
    const once = upsampling(rate).push(sine(700, 8000, 200));
    const twice = [...up.push(sine(700, 8000, 200).subarray(0, 7)), ...up.push(sine(700, 8000, 200).subarray(7))];
    expect(twice).toEqual([...once]);
  });

  it.each(RATES)('are where they were, but for 2 ms on the way to %i Hz', (rate) => {
    const factor = rate / 8000;
    const up = upsampling(rate).push(sine(500, 8000, 100));
    const later = sine(500, rate, 100);
    const from = 400 * factor;
    for (let at = from; at < from + 200; at++) {
      expect(Math.abs((up[at + DELAY * factor] as number) - (later[at] as number))).toBeLessThan(40);
    }
    const down = downsampling(rate).push(later);
    const before = sine(500, 8000, 100);
    for (let at = 400; at < 600; at++) expect(Math.abs((down[at] as number) - (before[at] as number))).toBeLessThan(40);
  });

  it('do not wrap round where they are as loud as can be', () => {
    const square = Int16Array.from({ length: 800 }, (_, index) => (index % 16 < 8 ? 32_767 : -32_768));
    const up = upsampling(16_000).push(square);
    for (let at = 200; at < 1400; at++) {
      const [one, other] = [up[at] as number, up[at + 1] as number];
      expect(Math.abs(one - other)).toBeLessThan(50_000);
    }
  });

  it('are left alone at 8 kHz', () => {
    const samples = sine(440, 8000, 20);
    expect(upsampling(8000).push(samples)).toBe(samples);
    expect(downsampling(8000).push(samples)).toBe(samples);
    expect(downsampling(8000).drain()).toHaveLength(0);
  });
});
