import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import type { Channel } from '../../../src/index.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { toneShare } from '../../support/tone.ts';
import { openScene, type Scene } from './scene.ts';

const RATE = 8000;
const MINUTE = 60_000;
const LOUD = 2000;
const SETTLED_MS = 15_000;

/** The channel of the next call that comes in, once it is answered; it stays up until the far end hangs up. */
function nextCall({ ivr }: Scene): Promise<Channel> {
  return new Promise((resolve) => {
    ivr.onCall(async (channel) => {
      await channel.answer();
      resolve(channel);
      await channel.waitForIdle();
    });
  });
}

async function sides({ folder }: Scene, file: string): Promise<readonly [Int16Array, Int16Array]> {
  const { channels } = channelsOf(await readFile(join(folder, file)));
  expect(channels).toHaveLength(2);
  return channels as readonly [Int16Array, Int16Array];
}

/** The beginnings of sounds that follow at least 100 ms without, in milliseconds. */
function onsets(samples: Int16Array): readonly number[] {
  const found: number[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) < LOUD) continue;
    const at = (index * 1000) / RATE;
    if (at - lastAt > 100) found.push(at);
    lastAt = at;
  }
  return found;
}

describe('a recording of a whole call over a network in memory', () => {
  it('has the tone of each side on its own channel, also after a hang-up', async () => {
    await using scene = await openScene({ seed: 3, latency: 20, jitter: 10, loss: 0.01 });
    await writeFile(join(scene.folder, 'far.wav'), toneWav(1000, 3000));
    const call = nextCall(scene);
    const far = scene.phone.channel();
    await far.call(scene.ivr.uri);
    const near = await call;
    const recording = near.wholeCallRecorder.record('call.wav');
    const both = Promise.all([near.filePlayer.start('long.wav'), far.filePlayer.play('far.wav')]);
    await both;
    await far.hangUp();
    expect(await recording).toBe('HANGUP');
    const [left, right] = await sides(scene, 'call.wav');
    const part = (samples: Int16Array): Int16Array => samples.subarray(RATE, 2 * RATE);
    expect(toneShare(part(left), RATE, 1000)).toBeGreaterThan(0.9);
    expect(toneShare(part(left), RATE, 440)).toBeLessThan(0.01);
    expect(toneShare(part(right), RATE, 440)).toBeGreaterThan(0.99);
    expect(toneShare(part(right), RATE, 1000)).toBeLessThan(0.01);
  });

  it('keeps both sides within a packet of each other and of the clock for ten minutes', async () => {
    await using scene = await openScene({ seed: 4, latency: 30 });
    const { network } = scene;
    await writeFile(join(scene.folder, 'burst.wav'), toneWav(1000, 60));
    const call = nextCall(scene);
    const far = scene.phone.channel();
    await far.call(scene.ivr.uri);
    const near = await call;
    const echo = far.echo().catch(() => undefined);
    await near.wholeCallRecorder.start('call.wav');
    const startedAt = network.clock.now();
    const played: number[] = [];
    for (const minute of [0, 1, 5, 9, 10]) {
      // What the far end says is recorded as it is heard: both jitter buffers have found their depth by then.
      await near.sleep(minute * MINUTE + SETTLED_MS - (network.clock.now() - startedAt));
      played.push(network.clock.now() - startedAt);
      await near.filePlayer.play('burst.wav');
      // Something else goes on meanwhile.
      if (minute === 1) await near.fileRecorder.record('far.wav', { timeout: 2000 });
      if (minute === 5) await near.dtmfPlayer.play('123');
    }
    await near.sleep(1000);
    await near.wholeCallRecorder.stop();
    const lengthMs = network.clock.now() - startedAt;
    await far.hangUp();
    await echo;
    const [left, right] = await sides(scene, 'call.wav');
    const [sent, heard] = [onsets(right), onsets(left)];
    expect([sent.length, heard.length]).toEqual([played.length, played.length]);
    for (const [index, at] of sent.entries()) expect(Math.abs(at - (played[index] as number))).toBeLessThanOrEqual(20);
    const offsets = heard.map((at, index) => at - (sent[index] as number));
    for (const offset of offsets) expect(Math.abs(offset - (offsets[0] as number))).toBeLessThanOrEqual(20);
    expect(Math.abs(left.length / 8 - lengthMs)).toBeLessThanOrEqual(20);
  });
});
