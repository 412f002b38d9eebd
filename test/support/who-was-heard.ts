import { expect } from 'vitest';
import { type Audio, readPcm16 } from '../../examples/demo/compare-audio.ts';
import type { Channel } from '../../src/index.ts';
import type { Baresip } from './baresip.ts';
import { toneShare } from './tone.ts';
import { until } from './until.ts';

/** What a baresip has heard in its one call, once that is over. */
export async function heardBy(baresip: Baresip): Promise<Audio> {
  await baresip.event('CALL_CLOSED');
  return readPcm16(await baresip.heard());
}

/**
 * How much of each tone is in the second before the last quarter of one that somebody has heard: the median of its tenths, since where
 * a jitter buffer of a busy machine changes its delay there is a little of everything.
 */
function sharesAtEnd({ samples, rate }: Audio, tones: readonly number[]): readonly number[] {
  const end = samples.length - rate / 4;
  const tenths = Array.from({ length: 10 }, (_, index) => end - rate + (index * rate) / 10);
  return tones.map((tone) => {
    const shares = tenths.map((at) => toneShare(samples.subarray(at, at + rate / 10), rate, tone));
    return shares.sort((one, other) => one - other)[shares.length >> 1] ?? 0;
  });
}

/** At the end somebody has heard all of these tones equally well, and none of those. Each is a multiple of 10 Hz. */
export function expectHeard(audio: Audio, heard: readonly number[], unheard: readonly number[]): void {
  for (const [index, share] of sharesAtEnd(audio, heard).entries()) {
    expect(share, `${heard[index]} Hz`).toBeGreaterThan(0.7 / heard.length);
  }
  for (const [index, share] of sharesAtEnd(audio, unheard).entries()) {
    expect(share, `${unheard[index]} Hz`).toBeLessThan(0.001);
  }
}

/** Each has heard the tones of all others at the end, and not its own. */
export function expectOthersHeard(heard: readonly Audio[], tones: readonly number[]): void {
  expect(heard).toHaveLength(tones.length);
  for (const [index, audio] of heard.entries()) {
    const others = tones.filter((_, other) => other !== index);
    expectHeard(audio, others, tones.slice(index, index + 1));
  }
}

/** Lets so many more packets go to each. */
export async function flow(channels: readonly Channel[], packets: number): Promise<void> {
  await Promise.all(
    channels.map(async (channel) => {
      const { packetsSent } = await channel.mediaStatistics();
      await until('audio', async () => (await channel.mediaStatistics()).packetsSent >= packetsSent + packets);
    }),
  );
}
