import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Channel, UserAgent } from '../../../src/index.ts';
import { openScene } from './scene.ts';

const ROUGH = { latency: 20, jitter: 30, loss: 0.05, reorder: 0.05, duplicate: 0.02 };
const RUNS = 100;

/** Says its line and records what is said to it, until it has two keys. */
async function serve(channel: Channel, file: string): Promise<string> {
  const recording = channel.fileRecorder.record(file, { ifExists: 'overwrite' });
  await channel.filePlayer.play('prompt.wav', { bargeIn: true });
  const digits = await channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 3000 });
  await channel.hangUp();
  return `${digits} ${await recording}`;
}

async function press(channel: Channel): Promise<void> {
  await channel.sleep(250);
  await channel.dtmfPlayer.play('42').catch(() => undefined);
  await channel.waitForIdle();
}

/** Everything that can be seen of two calls, one in each direction. */
async function story(seed: number): Promise<string> {
  await using scene = await openScene({ ...ROUGH, seed });
  const { network, ivr, phone, folder } = scene;
  const outcomes: string[] = [];
  const journals: Channel['journal'][] = [];
  ivr.onCall(async (channel) => {
    journals.push(channel.journal);
    await channel.answer();
    outcomes.push(await serve(channel, 'in.wav'));
  });
  phone.onCall(async (channel) => {
    journals.push(channel.journal);
    await channel.ring();
    await channel.sleep(100);
    await channel.answer();
    await press(channel);
  });
  const place = async (from: UserAgent, to: UserAgent, then: (channel: Channel) => Promise<unknown>) => {
    const channel = from.channel();
    journals.push(channel.journal);
    outcomes.push(await channel.call(to.uri));
    await then(channel);
    await channel.waitForIdle();
  };
  await place(phone, ivr, press);
  await place(ivr, phone, async (channel) => outcomes.push(await serve(channel, 'out.wav')));
  await network.clock.runUntilIdle();
  const recordings = await Promise.all(['in.wav', 'out.wav'].map((file) => readFile(join(folder, file), 'base64')));
  return [
    network.journal,
    ...journals.map(({ entries }) => entries.map((entry) => JSON.stringify(entry)).join('\n')),
    ...outcomes,
    ...recordings,
    `${network.clock.now()} ${network.clock.pending}`,
  ].join('\n');
}

describe('a network in memory', () => {
  it(`tells the same story ${RUNS} times for the same seed, byte by byte, with loss, jitter and reordering`, async () => {
    const first = await story(7);
    expect(first).toContain('"fate":"lost"');
    expect(first).toContain('"fate":"duplicated"');
    expect(first).toContain('42 HANGUP');
    for (let run = 1; run < RUNS; run++) {
      const again = await story(7);
      if (again !== first) expect(again.split('\n')).toEqual(first.split('\n'));
    }
  });

  it('tells another one for another seed', async () => {
    const stories = await Promise.all([1, 2, 3].map((seed) => story(seed)));
    expect(new Set(stories).size).toBe(3);
    expect(new Set(stories.map((text) => /Call-ID: (\S+)@/.exec(text)?.[1])).size).toBe(3);
  });
});
