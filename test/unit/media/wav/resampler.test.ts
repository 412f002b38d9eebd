import { createRequire } from 'node:module';
import type speex from 'speex-resampler';
import { beforeAll, describe, expect, it } from 'vitest';
import { Resampler } from '../../../../src/media/wav/resampler.ts';
import { toneShare } from '../../../support/tone.ts';
import { bytesOf, sine } from './wav-bytes.ts';

/** As src/media/wav/resampler.ts has it. */
const QUALITY = 7;
/** What a telephone carries, and the highest of it. */
const BAND = [100, 300, 1000, 2000, 3000, 3200, 3300, 3400];
const BAND_EDGE = 3400;
/** Where nothing of what was above the band may be heard any more. */
const STOP_EDGE = 4200;
const AMPLITUDE = 12_000;

type Speex = typeof speex;
type Resample = (samples: Int16Array) => Promise<Int16Array>;

/** Decibels of the tone against what went in, and of everything else against the tone. */
interface Result {
  readonly gain: number;
  readonly rest: number;
}

beforeAll(async () => {
  // It takes the handlers of the package off the process.
  (await Resampler.open(16_000)).release();
});

const toTelephone =
  (inRate: number): Resample =>
  async (samples) => {
    const resampler = await Resampler.open(inRate);
    const pieces: number[] = [];
    for (let at = 0; at < samples.length; at += 1234) pieces.push(...resampler.push(samples.slice(at, at + 1234)));
    pieces.push(...resampler.flush());
    resampler.release();
    return Int16Array.from(pieces);
  };

/** The filter that ours is made of, between other rates. */
const between =
  (inRate: number, outRate: number): Resample =>
  async (samples) => {
    const { default: Resampler } = createRequire(import.meta.url)('speex-resampler') as Speex;
    const output = new Resampler(1, inRate, outRate, QUALITY).processChunk(Buffer.from(bytesOf(samples)));
    return new Int16Array(output.buffer, output.byteOffset, output.byteLength >> 1);
  };

function decibels(ratio: number): number {
  return 10 * Math.log10(Math.max(ratio, 1e-12));
}

/** A second of a tone, of which the middle is measured. */
async function measure(resample: Resample, inRate: number, outRate: number, frequency: number): Promise<Result> {
  const output = await resample(sine(frequency, inRate, inRate, AMPLITUDE));
  const middle = output.subarray(outRate / 4, (outRate * 3) / 4);
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  const share = frequency < outRate / 2 ? toneShare(middle, outRate, frequency) : 0;
  const full = AMPLITUDE ** 2 / 2;
  return { gain: decibels((share * power) / full), rest: decibels(((1 - share) * power) / full) };
}

describe.each([
  ['16 kHz to 8 kHz', 16_000, 8000, toTelephone(16_000)],
  ['48 kHz to 8 kHz', 48_000, 8000, toTelephone(48_000)],
  ['48 kHz to 16 kHz', 48_000, 16_000, between(48_000, 16_000)],
  ['8 kHz to 16 kHz', 8000, 16_000, between(8000, 16_000)],
  ['8 kHz to 48 kHz', 8000, 48_000, between(8000, 48_000)],
  ['16 kHz to 48 kHz', 16_000, 48_000, between(16_000, 48_000)],
])('from %s', (_, inRate, outRate, resample) => {
  it(`the band up to ${BAND_EDGE} Hz keeps its level within 0.05 dB, and images of it are under -80 dB`, async () => {
    for (const frequency of BAND) {
      const { gain, rest } = await measure(resample, inRate, outRate, frequency);
      expect(Math.abs(gain)).toBeLessThan(0.05);
      expect(rest).toBeLessThan(-80);
    }
  });
});

describe.each([
  ['16 kHz to 8 kHz', 16_000, 8000, toTelephone(16_000)],
  ['48 kHz to 8 kHz', 48_000, 8000, toTelephone(48_000)],
])('from %s', (_, inRate, outRate, resample) => {
  it(`what is above ${STOP_EDGE} Hz is heard nowhere: under -80 dB`, async () => {
    for (let frequency = STOP_EDGE; frequency < inRate / 2; frequency += 370) {
      const { rest } = await measure(resample, inRate, outRate, frequency);
      expect(rest).toBeLessThan(-80);
    }
  });
});
