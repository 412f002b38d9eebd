import { describe, expect, it } from 'vitest';
import { Upsampler } from '../../../../src/media/codec/upsampler.codec.ts';
import { toneShare } from '../../../support/tone.ts';

function tone(hertz: number, count: number, rate = 8000, amplitude = 8000): Int16Array {
  return Int16Array.from({ length: count }, (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * at) / rate));
}

/** All that comes out for samples that go in as pieces of these lengths, over and over. */
function doubled(samples: Int16Array, channels: 1 | 2, ...lengths: readonly number[]): Int16Array {
  const upsampler = new Upsampler(channels);
  const output: number[] = [];
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const end = at + (lengths[turn % lengths.length] as number) * channels;
    output.push(...upsampler.push(samples.subarray(at, end)));
    at = end;
  }
  output.push(...upsampler.flush());
  return Int16Array.from(output);
}

describe('audio brought from 8 to 16 kHz', () => {
  it('is as long as before, keeps its samples and comes no later', () => {
    const samples = tone(440, 1600);
    const output = doubled(samples, 1, 160);
    expect(output).toHaveLength(3200);
    expect(output.filter((_, at) => at % 2 === 0)).toEqual(samples);
  });

  it.each([300, 1000, 2000, 3000, 3400])('at %i Hz is that tone and nothing else', (hertz) => {
    const output = doubled(tone(hertz, 8000), 1, 1600).subarray(200, -200);
    expect(toneShare(output, 16_000, hertz)).toBeGreaterThan(0.9999);
    // The mirror image, which is what repeating samples would leave.
    expect(10 * Math.log10(toneShare(output, 16_000, 8000 - hertz))).toBeLessThan(-60);
  });

  it('does not depend on the pieces that it comes in', () => {
    const samples = tone(700, 3000);
    expect(doubled(samples, 1, 1, 7, 160, 31)).toEqual(doubled(samples, 1, 3000));
  });

  it('has each of two channels for itself', () => {
    const [left, right] = [tone(440, 1600), tone(1000, 1600)];
    const both = new Int16Array(3200);
    for (let at = 0; at < 1600; at++) both.set([left[at] as number, right[at] as number], 2 * at);
    const output = doubled(both, 2, 160);
    expect(output.filter((_, at) => at % 2 === 0)).toEqual(doubled(left, 1, 160));
    expect(output.filter((_, at) => at % 2 === 1)).toEqual(doubled(right, 1, 160));
  });

  it('does not overflow, and does not swing on silence', () => {
    const loud = doubled(tone(3000, 1600, 8000, 32_767), 1, 160);
    expect(Math.max(...loud)).toBeGreaterThan(32_000);
    expect(new Set(doubled(new Int16Array(1600), 1, 160))).toEqual(new Set([0]));
    expect(new Set(doubled(new Int16Array(1600).fill(5000), 1, 160).subarray(100, -100))).toEqual(new Set([5000]));
  });
});
