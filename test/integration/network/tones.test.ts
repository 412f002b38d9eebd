import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Channel, type Codec, ToneManager } from '../../../src/index.ts';
import { type Law, PCMA, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { peakOf0Dbm0 } from '../../../src/media/tone/tone.state.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { toneShare } from '../../support/tone.ts';
import { openScene } from './scene.ts';

const RATE = 8000;
/** Samples below this are none of a tone. */
const QUIET = 100;

/** What a caller records of a call, from before the answer on. */
async function heard(codec: Codec, flow: (channel: Channel) => Promise<unknown>): Promise<Int16Array> {
  await using scene = await openScene({ latency: 30 }, { codecs: [codec] });
  const { ivr, phone, folder, network } = scene;
  ivr.onCall(async (channel) => {
    await flow(channel);
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.fileRecorder.record('heard.wav', { format: 'PCM16' });
  await network.clock.runUntilIdle();
  const [samples] = channelsOf(await readFile(join(folder, 'heard.wav'))).channels;
  if (!samples) throw new Error('nothing was recorded');
  return samples;
}

/** The window of so many milliseconds with the most of some frequencies. @returns its level in dBm0 and the share of each frequency. */
function measure(samples: Int16Array, law: Law, frequencies: readonly number[], ms: number) {
  const length = (RATE * ms) / 1000;
  let best = { level: Number.NEGATIVE_INFINITY, shares: frequencies.map(() => 0), sum: 0 };
  for (let at = 0; at + length <= samples.length; at += 80) {
    const window = samples.subarray(at, at + length);
    const shares = frequencies.map((frequency) => toneShare(window, RATE, frequency));
    const sum = shares.reduce((one, other) => one + other, 0);
    if (sum <= best.sum) continue;
    const energy = window.reduce((total, sample) => total + sample * sample, 0) / length;
    best = { level: 10 * Math.log10(energy / (peakOf0Dbm0(law) ** 2 / 2)), shares, sum };
  }
  return best;
}

/** The stretches with sound in milliseconds, a pause being 20 ms at least. */
function bursts(samples: Int16Array): { from: number; ms: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) < QUIET) continue;
    const last = found.at(-1);
    if (last && index - last.to < (20 * RATE) / 1000) last.to = index + 1;
    else found.push({ from: index, to: index + 1 });
  }
  return found.map(({ from, to }) => ({ from: from / 8, ms: (to - from) / 8 }));
}

describe('tones over a network in memory', () => {
  it.each([
    ['PCMU', PCMU],
    ['PCMA', PCMA],
  ] as const)('have their frequencies and their level at the far end, in %s', async (codec, law) => {
    const samples = await heard(codec, async (channel) => {
      await channel.answer();
      const tones = channel.createTonePlayer(ToneManager.forCountry('GB'));
      await channel.sleep(200);
      await tones.play('RINGBACK', { repeat: 1, timeout: 700 });
      await tones.play('SPECIAL_INFORMATION', { repeat: 1 });
    });
    const ringing = measure(samples, law, [400, 450], 300);
    expect(ringing.sum).toBeGreaterThan(0.999);
    expect(Math.abs(ringing.level + 10)).toBeLessThan(0.1);
    for (const share of ringing.shares) expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
    for (const frequency of [950, 1400, 1800]) {
      const one = measure(samples, law, [frequency], 200);
      expect(one.sum).toBeGreaterThan(0.999);
      expect(Math.abs(one.level + 10)).toBeLessThan(0.1);
    }
  });

  it('keep their cadence to the millisecond', async () => {
    const samples = await heard('PCMA', async (channel) => {
      await channel.answer();
      await channel.sleep(200);
      await channel.createTonePlayer(ToneManager.forCountry('DE')).play('BUSY', { repeat: 2 });
      await channel.sleep(200);
    });
    const [first, second, ...others] = bursts(samples);
    expect(others).toEqual([]);
    // 480 ms on and 480 ms off.
    for (const burst of [first, second]) expect(Math.abs((burst?.ms ?? 0) - 480)).toBeLessThan(1);
    expect(Math.abs((second?.from ?? 0) - (first?.from ?? 0) - 960)).toBeLessThan(1);
  });
});
