import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/index.ts';
import { soundMs } from '../../support/sound-length.ts';
import { openScene } from './scene.ts';

const REBIND_MS = 2500;
const CALL_MS = 9000;
/** The far end is followed after 300 ms without a packet from where it was; the two ways through the network and a few packets more. */
const MOST_LOST_MS = 500;

/** Plays for nine seconds and records meanwhile. */
async function talk(channel: Channel, file: string): Promise<void> {
  await channel.fileRecorder.start(file, { ifExists: 'overwrite' });
  await channel.filePlayer.start('long.wav');
  await channel.sleep(CALL_MS);
  await channel.filePlayer.stop();
  await channel.sleep(200);
  await channel.fileRecorder.stop();
}

describe('a user agent behind a NAT', () => {
  it.each([
    ['calls out, and is heard and hears', Number.POSITIVE_INFINITY, 0],
    ['whose mappings are made anew goes on being heard and hearing', REBIND_MS, 3],
  ])('%s', async (_what, natRebind, rebinds) => {
    await using scene = await openScene({ latency: 20, natRebind }, { nat: true });
    const { network, ivr, phone, folder } = scene;
    expect(phone.uri).toBe('sip:phone@203.0.113.2:5060');
    ivr.onCall(async (channel) => {
      await channel.answer();
      await talk(channel, 'ivr.wav');
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await talk(channel, 'phone.wav');
    await channel.hangUp();
    await network.clock.runUntilIdle();

    const ports = new Set(
      [...network.journal.matchAll(/"traffic":"RTP","from":"203.0.113.2:(\d+)"/g)].map(([, port]) => port),
    );
    expect(ports.size).toBe(rebinds + 1);
    for (const file of ['ivr.wav', 'phone.wav']) {
      const heard = soundMs(await readFile(join(folder, file)));
      expect(heard).toBeGreaterThan(CALL_MS - 150 - rebinds * MOST_LOST_MS);
      expect(heard).toBeLessThanOrEqual(CALL_MS + 20);
    }
  });

  it('can be called', async () => {
    await using scene = await openScene({ latency: 20, natRebind: 300 }, { nat: true });
    const { network, ivr, phone } = scene;
    phone.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('prompt.wav');
      await channel.dtmfPlayer.play('5');
      await channel.waitForIdle();
    });
    const channel = ivr.channel();
    await channel.call(phone.uri);
    expect(await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 })).toBe('5');
    await channel.hangUp();
    await network.clock.runUntilIdle();
    expect(phone.channels).toEqual([]);
  });

  it('hears nothing from strangers', async () => {
    await using scene = await openScene({}, { nat: true });
    const stranger = await scene.network.userAgent();
    const channel = stranger.channel();
    await channel.call('sip:phone@10.0.0.2', { timeout: 5000 });
    expect(channel.cause).toBe('TIMEOUT');
    await scene.network.clock.runUntilIdle();
    expect(scene.network.journal).toContain('"fate":"nobody"');
    expect(scene.network.journal).not.toContain('"fate":"delivered"');
  });
});
