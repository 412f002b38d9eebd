import { describe, expect, it } from 'vitest';
import { Concealment } from '../../../../src/media/codec/concealment.codec.ts';

const FRAME = 160;

/** A voice of 125 Hz with four harmonics; `at` in samples. */
function voiced(at: number): number {
  const phase = (2 * Math.PI * 125 * at) / 8000;
  return Math.round(6000 * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(3 * phase + 1)));
}

const tone =
  (hertz: number) =>
  (at: number): number =>
    Math.round(12_000 * Math.sin((2 * Math.PI * hertz * at) / 8000));

/** Deterministic noise. */
function noise(at: number): number {
  const mixed = Math.imul(at + 1, 2654435761) ^ (Math.imul(at, 40503) >>> 3);
  return ((mixed >> 16) % 8000) | 0;
}

/** Plays `frames` frames of a source, those named being lost. */
function run(source: (at: number) => number, frames: number, lost: readonly number[]): Int16Array {
  const concealment = new Concealment();
  const out = new Int16Array(frames * FRAME);
  const frame = new Int16Array(FRAME);
  for (let number = 0; number < frames; number++) {
    if (lost.includes(number)) {
      concealment.conceal(frame);
    } else {
      for (let index = 0; index < FRAME; index++) frame[index] = source(number * FRAME + index);
      concealment.good(frame);
    }
    out.set(frame, number * FRAME);
  }
  return out;
}

function energy(samples: Int16Array, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += (samples[index] as number) ** 2;
  return sum / (to - from);
}

function largestStep(samples: Int16Array, from: number, to: number): number {
  let largest = 0;
  for (let index = Math.max(1, from); index < to; index++) {
    largest = Math.max(largest, Math.abs((samples[index] as number) - (samples[index - 1] as number)));
  }
  return largest;
}

describe('without loss', () => {
  it('changes nothing', () => {
    const out = run(voiced, 20, []);
    expect(Array.from(out)).toEqual(Array.from({ length: 20 * FRAME }, (_, at) => voiced(at)));
  });
});

describe('a lost frame', () => {
  it.each([100, 133, 160, 200, 250, 440, 1000])(
    'in a tone of %i Hz is hardly to be told from what was sent',
    (hertz) => {
      const source = tone(hertz);
      const out = run(source, 20, [10]);
      let error = 0;
      // The first 10 ms are repeated as loud as they were.
      for (let at = 10 * FRAME; at < 10 * FRAME + 80; at++) error += ((out[at] as number) - source(at)) ** 2;
      expect(error / 80 / energy(out, 9 * FRAME, 10 * FRAME)).toBeLessThan(0.02);
    },
  );

  it.each([
    ['voice', voiced],
    ['a tone of 300 Hz', tone(300)],
    ['a tone of 437 Hz', tone(437)],
    ['noise', noise],
  ])('in %s makes no step that the signal has not', (_, source) => {
    const whole = run(source, 20, []);
    for (const lost of [[10], [10, 11], [10, 11, 12], [10, 11, 12, 13, 14]]) {
      const out = run(source, 20, lost);
      expect(largestStep(out, 9 * FRAME, 17 * FRAME)).toBeLessThanOrEqual(largestStep(whole, 0, 20 * FRAME) * 1.15);
    }
  });

  it('in voice keeps the energy, 10 ms by 10 ms, near to what it was', () => {
    const out = run(voiced, 20, [10]);
    const before = energy(out, 9 * FRAME, 10 * FRAME);
    for (let at = 10 * FRAME; at < 12 * FRAME; at += 80) {
      const decibels = 10 * Math.log10(energy(out, at, at + 80) / before);
      expect(Math.abs(decibels)).toBeLessThan(3);
    }
  });
});

describe('a long loss', () => {
  it('fades out within 60 ms and is silent after that', () => {
    const out = run(voiced, 20, [10, 11, 12, 13, 14, 15]);
    const loudness = Array.from({ length: 6 }, (_, step) => energy(out, 1600 + step * 80, 1680 + step * 80));
    for (let step = 1; step < 6; step++) expect(loudness[step]).toBeLessThan((loudness[step - 1] as number) * 1.05);
    expect(energy(out, 1600 + 480, 1600 + 960)).toBe(0);
  });

  it('is followed by what arrives, unchanged after 10 ms', () => {
    const out = run(voiced, 20, [10, 11, 12, 13]);
    const back = 14 * FRAME;
    for (let at = back + 80; at < 20 * FRAME; at++) expect(out[at]).toBe(voiced(at));
    expect(energy(out, back, back + 80)).toBeGreaterThan(energy(out, back - 80, back));
  });
});

describe('loss after loss', () => {
  it('stays within what was sent, however frames are lost', () => {
    const lost = Array.from({ length: 400 }, (_, number) => number).filter((number) => (number * 7919) % 10 < 4);
    const out = run(voiced, 400, lost);
    expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...run(voiced, 20, [])) * 1.3);
  });

  it('begins with silence when nothing was there before', () => {
    expect(energy(run(voiced, 4, [0, 1, 2, 3]), 0, 640)).toBe(0);
  });

  it('forgets the past on reset()', () => {
    const concealment = new Concealment();
    const frame = Int16Array.from({ length: FRAME }, (_, at) => voiced(at));
    concealment.good(frame);
    concealment.reset();
    concealment.conceal(frame);
    expect(energy(frame, 0, FRAME)).toBe(0);
  });
});
