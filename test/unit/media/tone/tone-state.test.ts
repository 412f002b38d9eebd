import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, type Law, PCMA, PCMU } from '../../../../src/media/codec/g711.codec.ts';
import { peakOf0Dbm0, ToneGenerator } from '../../../../src/media/tone/tone.state.ts';
import type { ToneSequence, ToneStep, ToneWave } from '../../../../src/tone-sequence.ts';
import { toneShare } from '../../../support/tone.ts';

const RATE = 8000;

function sequence(steps: readonly ToneStep[], repeat = 1): ToneSequence {
  return { name: 'TEST', steps, repeat };
}

/** All that a tone has, up to `limit` samples, taken in frames of `frame`. */
function samplesOf(tone: ToneSequence, { law = PCMU, limit = 10 * RATE, frame = 160 } = {}): Int16Array {
  const generator = new ToneGenerator(tone, law as Law);
  const all: number[] = [];
  const into = new Int16Array(frame);
  for (;;) {
    const count = generator.take(into);
    all.push(...into.subarray(0, count));
    if (count < frame || all.length >= limit) return Int16Array.from(all.slice(0, limit));
  }
}

function wave(frequency: number, amplitude = 10): ToneWave {
  return { frequency, amplitude };
}

/** Level of samples in dBm0: the mean square against that of a sine of 0 dBm0. */
function dbm0(samples: Int16Array, law: Law): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(energy / (peakOf0Dbm0(law) ** 2 / 2));
}

/** Lengths of tone and of silence in turn, in samples. A sine passes through zero, but not for two samples on end. */
function runs(samples: Int16Array): readonly number[] {
  const sounds = (index: number): boolean => [index - 1, index, index + 1].some((at) => (samples[at] ?? 0) !== 0);
  const lengths: number[] = [];
  for (let index = 0; index < samples.length; index++) {
    if (index === 0 || sounds(index) !== sounds(index - 1)) lengths.push(0);
    lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
  }
  return lengths;
}

describe('0 dBm0', () => {
  it('is what the digital milliwatt of G.711 measures', () => {
    // ITU-T G.711, tables 5 and 6: a period of 1000 Hz at 0 dBm0.
    const milliwatt = {
      [PCMA]: [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4],
      [PCMU]: [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e],
    };
    for (const law of [PCMA, PCMU] as const) {
      const samples = new Int16Array(8);
      decodeG711(law, Uint8Array.from(milliwatt[law]), 0, samples, 0, 8);
      expect(dbm0(samples, law)).toBeCloseTo(0, 1);
    }
  });
});

describe('levels', () => {
  for (const [name, law] of [['PCMU', PCMU] as const, ['PCMA', PCMA] as const]) {
    it(`are within 0.01 dB of what was asked for, and within 0.1 dB after ${name}`, () => {
      // A frequency that divides the rate meets the steps of G.711 at the same few places all the time; so no 400 or 1000 Hz here.
      for (const frequency of [16, 350, 425, 620, 1004, 2099, 3399, 3999]) {
        for (const amplitude of [0, 3, 10, 13, 24, 35]) {
          const samples = samplesOf(sequence([{ waves: [wave(frequency, amplitude)], duration: 1000 }]), { law });
          const off = (): number => Math.abs(dbm0(samples, law) + amplitude);
          expect(off(), `${frequency} Hz at -${amplitude}`).toBeLessThan(0.01);
          const bytes = new Uint8Array(samples.length);
          encodeG711(law, samples, 0, bytes, 0, samples.length);
          decodeG711(law, bytes, 0, samples, 0, samples.length);
          expect(off(), `${frequency} Hz at -${amplitude} in ${name}`).toBeLessThan(0.1);
        }
      }
    });
  }

  it('add up to two waves, each with its own', () => {
    const samples = samplesOf(sequence([{ waves: [wave(400, 10), wave(600, 5)], duration: 1000 }]));
    expect(dbm0(samples, PCMU)).toBeCloseTo(10 * Math.log10(10 ** -1 + 10 ** -0.5), 1);
    const total = 10 ** -1 + 10 ** -0.5;
    expect(toneShare(samples, RATE, 400)).toBeCloseTo(10 ** -1 / total, 3);
    expect(toneShare(samples, RATE, 600)).toBeCloseTo(10 ** -0.5 / total, 3);
  });

  it('modulate: the carrier keeps its level and each sideband has half the depth', () => {
    const steps: readonly ToneStep[] = [
      { waves: [wave(400, 10), wave(16, 16.0206)], duration: 1000, add: 'modulation' },
    ];
    const samples = samplesOf(sequence(steps));
    const share = (frequency: number): number => toneShare(samples, RATE, frequency);
    // A depth of one half: the sidebands are 12 dB below the carrier.
    expect(10 * Math.log10(share(384) / share(400))).toBeCloseTo(-12.04, 1);
    expect(10 * Math.log10(share(416) / share(400))).toBeCloseTo(-12.04, 1);
    expect(share(384) + share(400) + share(416)).toBeGreaterThan(0.9999);
    expect(dbm0(samples, PCMU) + 10 * Math.log10(share(400))).toBeCloseTo(-10, 1);
  });

  it('of what the audio cannot carry are none', () => {
    for (const frequency of [0, 4000, 9999]) {
      expect(
        samplesOf(sequence([{ waves: [wave(frequency, 0)], duration: 100 }])).every((sample) => sample === 0),
      ).toBe(true);
    }
  });
});

describe('cadence', () => {
  const british = [400, 200, 400, 2000].map(
    (duration, index): ToneStep => (index % 2 === 0 ? { waves: [wave(400), wave(450)], duration } : { duration }),
  );

  it('is exact to the sample, whatever the frames are', () => {
    for (const frame of [160, 77, 8000]) {
      const samples = samplesOf(sequence(british, 2), { frame });
      expect(samples).toHaveLength(2 * 3000 * 8);
      for (const [index, length] of runs(samples).entries()) {
        // The first and last sample of a burst may be zero.
        expect(Math.abs(length - ([400, 200, 400, 2000][index % 4] ?? 0) * 8)).toBeLessThanOrEqual(4);
      }
      expect(samples).toEqual(samplesOf(sequence(british, 2), { frame: 1 }));
    }
  });

  it('ends after so many times, and stays ended', () => {
    const generator = new ToneGenerator(sequence([{ waves: [wave(1000)], duration: 5 }], 3), PCMA);
    expect(generator.take(new Int16Array(160))).toBe(120);
    expect(generator.take(new Int16Array(160))).toBe(0);
  });

  it('goes on and on', () => {
    const tone = sequence([{ waves: [wave(425)], duration: 7 }], Number.POSITIVE_INFINITY);
    expect(samplesOf(tone, { limit: 60 * RATE })).toHaveLength(60 * RATE);
  });

  it('leaves steps of no length out', () => {
    const steps = [{ duration: 0 }, { waves: [wave(1000)], duration: 10 }, { duration: 0 }];
    expect(samplesOf(sequence(steps))).toHaveLength(80);
  });
});

describe('phase', () => {
  it('is continuous where a wave goes on: one step played again and again is one tone', () => {
    const again = samplesOf(sequence([{ waves: [wave(425)], duration: 7 }], 100));
    expect(again).toEqual(samplesOf(sequence([{ waves: [wave(425)], duration: 700 }])));
  });

  it('begins at zero after silence', () => {
    const samples = samplesOf(sequence([{ waves: [wave(425)], duration: 7 }, { duration: 5 }], 2));
    expect(samples.subarray(96, 96 + 56)).toEqual(samples.subarray(0, 56));
    expect(samples[0]).toBe(0);
  });
});
