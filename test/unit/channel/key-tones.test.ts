import { describe, expect, it } from 'vitest';
import { keysOf, keyTones } from '../../../src/channel/key-tones.codec.ts';
import { PCMU } from '../../../src/media/codec/g711.codec.ts';
import { InbandDetector } from '../../../src/media/dtmf/inband-detector.state.ts';
import { peakOf0Dbm0, ToneGenerator } from '../../../src/media/tone/tone.state.ts';
import { toneLength } from '../../../src/tone-sequence.ts';

const TIMES = { onMs: 70, offMs: 50, pauseMs: 300, level: -10, isAfterKey: false };

/** The tone as samples at 8000 Hz. */
function samplesOf(digits: string, options: Partial<typeof TIMES> = {}): Int16Array {
  const tone = keyTones(digits, { ...TIMES, ...options });
  const samples = new Int16Array(toneLength(tone) * 8);
  expect(new ToneGenerator(tone, PCMU).take(samples)).toBe(samples.length);
  return samples;
}

/** Level of a frequency in samples that hold whole waves of it, in dBm0. */
function level(samples: Int16Array, hertz: number): number {
  let cos = 0;
  let sin = 0;
  for (const [at, sample] of samples.entries()) {
    cos += sample * Math.cos((2 * Math.PI * hertz * at) / 8000);
    sin += sample * Math.sin((2 * Math.PI * hertz * at) / 8000);
  }
  return 20 * Math.log10((2 * Math.hypot(cos, sin)) / samples.length / peakOf0Dbm0(PCMU));
}

describe('digits as tones', () => {
  it('last exactly as long as they should', () => {
    const samples = samplesOf('1,2');
    const isSilent = (fromMs: number, toMs: number): boolean =>
      samples.subarray(fromMs * 8, toMs * 8).every((sample) => sample === 0);
    expect(samples).toHaveLength((70 + 50 + 300 + 70 + 50) * 8);
    expect([isSilent(0, 70), isSilent(70, 420), isSilent(420, 490), isSilent(490, 540)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    // To the sample: the last one of a key sounds.
    expect([samples[70 * 8 - 1] !== 0, samples[490 * 8 - 1] !== 0]).toEqual([true, true]);
  });

  it('have the high tone at their level, and the low one 2 dB below', () => {
    // Half a second holds nearly whole waves of both.
    const samples = samplesOf('5', { onMs: 500, level: -7 }).subarray(0, 4000);
    expect(Math.abs(level(samples, 1336) + 7)).toBeLessThan(0.1);
    expect(Math.abs(level(samples, 770) + 9)).toBeLessThan(0.1);
  });

  it('do not clip when they are as loud as may be', () => {
    const peak = samplesOf('D', { onMs: 500, level: -3 }).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeLessThan(32_124);
  });

  it('are all heard', () => {
    const keys = '123A456B789C*0#D';
    const samples = samplesOf(keys, { onMs: 40, offMs: 40 });
    const detector = new InbandDetector();
    let heard = '';
    for (let at = 0; at + 160 <= samples.length; at += 160) heard += detector.frame(samples.subarray(at, at + 160));
    expect(heard).toBe(keys);
  });

  it('begin with a gap after a key that was broken off', () => {
    expect(samplesOf('1', { isAfterKey: true }).findIndex((sample) => sample !== 0)).toBeGreaterThanOrEqual(40 * 8);
  });

  it('may have a pause of any length', () => {
    expect(samplesOf(',1', { pauseMs: 30_000 })).toHaveLength((30_000 + 120) * 8);
    expect(samplesOf(',1', { pauseMs: 0 })).toHaveLength(120 * 8);
  });

  it('can be read back', () => {
    const keys = keysOf(keyTones('1,2#', TIMES));
    expect(keys.map(({ key }) => key).join('')).toBe('12#');
    expect(keys.map(({ endMs }) => endMs)).toEqual([70, 490, 610]);
    const dial = { name: 'DIAL', repeat: 1, steps: [{ duration: 100, waves: [{ frequency: 425, amplitude: 10 }] }] };
    expect(keysOf(dial)).toEqual([]);
  });
});
