import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUlaw } from '../../../../src/media/codec/g711.codec.ts';
import { levelOfPcm } from '../../../../src/media/level/level.codec.ts';
import { Limiter } from '../../../../src/media/mix/limiter.state.ts';
import { AudioMix } from '../../../../src/media/mix/mix.state.ts';
import { decoded, encoded, Party, toneFrame } from './party.ts';

const FRAME = 160;
const FULL_SCALE = 32_767;
/** The loudest that G.711 can say, as µ-law and A-law have it. */
const LOUDEST = [32_124, 32_256] as const;

/** What comes out of a limiter for frames of sums. */
function limited(frames: number, sum: (index: number) => number): Int16Array {
  const limiter = new Limiter();
  const out = new Int16Array(frames * FRAME);
  const frame = new Int32Array(FRAME);
  for (let at = 0; at < out.length; at += FRAME) {
    for (let index = 0; index < FRAME; index++) frame[index] = Math.round(sum(at + index));
    limiter.apply(frame, out.subarray(at, at + FRAME));
  }
  return out;
}

function peak(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

const tone =
  (amplitude: number, hertz = 400) =>
  (index: number) =>
    amplitude * Math.sin((2 * Math.PI * hertz * index) / 8000);

describe('the limiter', () => {
  it('leaves alone what fits', () => {
    const sum = tone(30_900);
    expect(limited(10, sum)).toEqual(Int16Array.from({ length: 1600 }, (_, index) => Math.round(sum(index))));
  });

  it.each([1.1, 2, 10, 1000])('keeps what is %d times too loud below full scale, also in its first sample', (times) => {
    const out = limited(20, (index) => Math.cos((2 * Math.PI * 400 * index) / 8000) * FULL_SCALE * times);
    expect(peak(out)).toBeLessThan(FULL_SCALE * 0.96);
    expect(Math.max(...out.subarray(320).map(Math.abs))).toBeGreaterThan(FULL_SCALE * 0.8);
  });

  it('turns nothing upside down and lets nothing through that is too loud, whatever comes', () => {
    const sample = fc.oneof(fc.integer({ min: -400_000, max: 400_000 }), fc.integer({ min: -30_000, max: 30_000 }));
    const frame = fc.array(sample, { minLength: FRAME, maxLength: FRAME });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 8 }), (frames) => {
        const sums = frames.flat();
        const wrong = limited(frames.length, (at) => sums[at] ?? 0).findIndex((value, index) => {
          const sum = sums[index] ?? 0;
          return Math.abs(value) > Math.min(31_000, Math.abs(sum)) || value * sum < 0;
        });
        expect(wrong).toBe(-1);
      }),
      { numRuns: 50 },
    );
  });

  it('makes a loud tone quieter without bending it', () => {
    const out = limited(20, tone(5 * FULL_SCALE)).subarray(5 * FRAME, 6 * FRAME);
    const gain = peak(out) / (5 * FULL_SCALE);
    for (const [index, sample] of out.entries()) {
      expect(Math.abs(sample - tone(5 * FULL_SCALE)(5 * FRAME + index) * gain)).toBeLessThan(FULL_SCALE * 0.02);
    }
  });

  it('comes back slowly, without a step', () => {
    const loud = 10 * FRAME;
    const out = limited(150, (index) => (index < loud ? tone(4 * FULL_SCALE)(index) : 8000));
    const after = out.subarray(loud + 16);
    expect(after[0]).toBeLessThan(3000);
    for (let index = 1; index < after.length; index++) {
      const step = (after[index] ?? 0) - (after[index - 1] ?? 0);
      expect(step).toBeGreaterThanOrEqual(0);
      expect(step).toBeLessThan(20);
    }
    expect(after[25 * FRAME]).toBeLessThan(8000);
    expect(after.at(-1)).toBe(8000);
  });
});

describe('talkers at full level', () => {
  it.each([0, 1] as const)('are heard ten at once, below full scale and with no sample saturated (law %d)', (law) => {
    const mix = new AudioMix();
    const listener = new Party(mix, 0, {}, law);
    const talkers = Array.from({ length: 10 }, (_, index) => new Party(mix, index + 1, {}, law));
    for (let frame = 0; frame < 100; frame++) {
      for (const [index, talker] of talkers.entries()) {
        // Some square waves, which are the loudest there is, and some tones.
        const samples = toneFrame(200 + 37 * index, frame, FULL_SCALE);
        talker.says(
          encoded(
            index % 2 === 0 ? samples.map((sample) => (sample < 0 ? -LOUDEST[law] : LOUDEST[law])) : samples,
            law,
          ),
        );
      }
      listener.says();
      expect(peak(decoded(listener.hears, law))).toBeLessThan(LOUDEST[law]);
      for (const talker of talkers) expect(peak(decoded(talker.hears, law))).toBeLessThan(LOUDEST[law]);
    }
  });

  it('are heard unchanged when one talks alone', () => {
    const mix = new AudioMix();
    const [listener, talker] = [new Party(mix, 0), new Party(mix, 1)];
    for (let frame = 0; frame < 10; frame++) {
      const bytes = encoded(toneFrame(440, frame, FULL_SCALE));
      talker.says(bytes);
      listener.says();
      expect(listener.hears).toEqual(bytes);
    }
  });

  it('are at their own level again when the others have fallen silent', () => {
    const mix = new AudioMix();
    const listener = new Party(mix, 0);
    const talkers = [1, 2, 3].map((call) => new Party(mix, call));
    const heard: number[] = [];
    for (let frame = 0; frame < 150; frame++) {
      for (const [index, talker] of talkers.entries()) {
        talker.says(index === 0 || frame < 50 ? encoded(toneFrame(400, frame, FULL_SCALE)) : undefined);
      }
      listener.says();
      heard.push(levelOfPcm(decoded(listener.hears), 0, FRAME));
    }
    const alone = levelOfPcm(decoded(encoded(toneFrame(400, 0, FULL_SCALE))), 0, FRAME);
    expect(heard[60]).toBeLessThan(alone - 2);
    expect(heard.at(-1)).toBe(alone);
    // Never a step: what comes back comes back slowly.
    for (let frame = 51; frame < 150; frame++) expect((heard[frame] ?? 0) - (heard[frame - 1] ?? 0)).toBeLessThan(1.5);
  });

  it('are as loud with another one who only whispers', () => {
    const mix = new AudioMix();
    const listener = new Party(mix, 0);
    const [talker, whisperer] = [new Party(mix, 1), new Party(mix, 2)];
    const loud = toneFrame(440, 0, 20_000);
    talker.says(encoded(loud));
    whisperer.says(new Uint8Array(FRAME).fill(encodeUlaw(8)));
    listener.says();
    expect(levelOfPcm(decoded(listener.hears), 0, FRAME)).toBeCloseTo(levelOfPcm(loud, 0, FRAME), 1);
  });
});
