import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import type { Channel } from '../../../src/index.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { toneShare } from '../../support/tone.ts';
import { openRawScene } from './raw-caller.ts';
import { openScene } from './scene.ts';

const FRAME_MS = 20;
const FRAME = 160;
const RATE = 8000;

describe('what goes over the wire', () => {
  it('is one stream with a packet every 20 ms to the moment, through silence, prompt, barge-in and tone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offhook-audio-'));
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
    await writeFile(join(folder, 'long.wav'), toneWav(440, 10_000));
    await using scene = await openRawScene({ mediaDirectory: folder });
    let channel: Channel | undefined;
    let cause: unknown;
    scene.ua.onCall(async (arrived) => {
      channel = arrived;
      await arrived.answer();
      await arrived.sleep(300);
      cause = await arrived.filePlayer.play('long.wav', { bargeIn: '5', loop: true });
      await arrived.sleep(300);
      await arrived.createTonePlayer().play('BUSY_EU', { repeat: 1 });
      await arrived.sleep(300);
    });
    const call = await scene.invite();
    call.acknowledge();
    await call.until('the prompt', () => call.heard.at(-1)?.silent === false);
    await scene.clock.advance(12_000);
    call.key(5);
    await call.until('the end', () => channel?.state === 'IDLE');
    expect(cause).toBe('BARGEIN');
    const [first] = call.heard;
    if (!first) throw new Error('nothing was sent');
    for (const [index, packet] of call.heard.entries()) {
      const { at, marker, ssrc, sequence, timestamp } = packet;
      // A moment can be moved by a thousandth, since only one thing arrives at a time.
      expect(Math.abs(at - first.at - index * FRAME_MS)).toBeLessThan(0.01);
      expect({ marker, ssrc, sequence, timestamp }).toEqual({
        marker: index === 0,
        ssrc: first.ssrc,
        sequence: (first.sequence + index) & 0xffff,
        timestamp: (first.timestamp + index * FRAME) >>> 0,
      });
    }
    expect(call.heard.length).toBeGreaterThan(600);
  });
});

describe('a tone', () => {
  it('of a file comes whole into the recording of the far end, as does the echo of it', async () => {
    await using scene = await openScene({ latency: 30 });
    const { network, ivr, phone, folder } = scene;
    await writeFile(join(folder, 'second.wav'), toneWav(440, 1000));
    ivr.onCall(async (channel) => {
      await channel.answer();
      const echo = channel.echo().catch(() => undefined);
      await channel.fileRecorder.record('there.wav', { format: 'PCM16' });
      await echo;
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await channel.fileRecorder.start('back.wav', { format: 'PCM16' });
    await channel.filePlayer.play('second.wav');
    await channel.sleep(1000);
    await channel.fileRecorder.stop();
    const { packetsLost, packetsDiscarded, framesConcealed } = await channel.mediaStatistics();
    expect({ packetsLost, packetsDiscarded, framesConcealed }).toEqual({
      packetsLost: 0,
      packetsDiscarded: 0,
      framesConcealed: 0,
    });
    await channel.hangUp();
    await network.clock.runUntilIdle();
    for (const name of ['there.wav', 'back.wav']) {
      const [samples] = channelsOf(await readFile(join(folder, name))).channels;
      if (!samples) throw new Error(`${name} is empty`);
      const begin = samples.findIndex((sample) => Math.abs(sample) > 500);
      const end = samples.findLastIndex((sample) => Math.abs(sample) > 500) + 1;
      // Nothing was put in or left out: a second, but for samples round zero at its edges.
      expect(RATE - (end - begin)).toBeGreaterThanOrEqual(0);
      expect(RATE - (end - begin)).toBeLessThanOrEqual(4);
      expect(toneShare(samples.subarray(begin, end), RATE, 440)).toBeGreaterThan(0.999);
    }
  });
});
