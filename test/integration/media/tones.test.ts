import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPcm16 } from '../../../examples/demo/compare-audio.ts';
import { type Channel, type Codec, ToneManager, UserAgent } from '../../../src/index.ts';
import { type Law, PCMA, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { peakOf0Dbm0 } from '../../../src/media/tone/tone.state.ts';
import { toneShare } from '../../support/tone.ts';
import { toneLength } from '../../support/tone-length.ts';
import { until } from '../../support/until.ts';

const RATE = 8000;

/** What a caller over loopback sockets records of a call, from before the answer on. */
async function heard(codec: Codec, flow: (channel: Channel) => Promise<unknown>): Promise<Int16Array> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-tones-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const at = { address: '127.0.0.1', port: 0, mediaDirectory: folder, codecs: [codec] } as const;
  await using callee = await UserAgent.start(at);
  await using caller = await UserAgent.start(at);
  callee.onCall(async (channel) => {
    await flow(channel);
  });
  const channel = caller.channel();
  await channel.call(callee.uri);
  await channel.fileRecorder.record('heard.wav', { format: 'PCM16' });
  const { samples } = await readPcm16(join(folder, 'heard.wav'));
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

describe('tones over sockets', () => {
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

  it('are heard before the answer: ring-back of our own', async () => {
    const at = { address: '127.0.0.1', port: 0, mediaDirectory: '.' } as const;
    await using callee = await UserAgent.start(at);
    await using caller = await UserAgent.start(at);
    callee.onCall(async (channel) => {
      await channel.ring({ earlyMedia: true, tone: 'RINGBACK_EU', duration: 60_000 });
    });
    const channel = caller.channel();
    await channel.startCall(callee.uri);
    // -10 dBm0 in dBov: 0 dBm0 is a sine 3.17 dB below full scale, whose RMS is 3.01 dB below its peak.
    const wanted = -10 - 3.17 - 3.01;
    await until('the ring-back', async () => Math.abs((await channel.mediaStatistics()).levelReceived - wanted) < 0.2);
    expect(channel.state).toBe('RING_OUTGOING');
    await channel.hangUp();
  });

  it('keep their cadence', async () => {
    const samples = await heard('PCMA', async (channel) => {
      await channel.answer();
      await channel.sleep(200);
      await channel.createTonePlayer(ToneManager.forCountry('DE')).play('BUSY', { repeat: 2 });
    });
    // Two bursts of 480 ms; steps of 50 ms at their edges do not count.
    expect(toneLength(samples, RATE, 425)).toBeGreaterThanOrEqual(750);
    expect(toneLength(samples, RATE, 425)).toBeLessThanOrEqual(1000);
  });
});
