import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavOf } from '../../../bench/tone-wav.ts';
import type { UserAgentOptions } from '../../../src/index.ts';
import { touchTones } from '../../support/touch-tones.ts';
import { openScene } from './scene.ts';

const KEYS = '159D*0#A';

/** Calls a menu and plays keys to it as tones. @returns the keys, and how they came. */
async function playKeys(options: Pick<UserAgentOptions, 'inbandDtmf' | 'codecs'>): Promise<[string, string[]]> {
  await using scene = await openScene({ latency: 20, jitter: 20 });
  const { network, phone, folder } = scene;
  await writeFile(join(folder, 'keys.wav'), wavOf(touchTones(KEYS, { leadMs: 200, onMs: 60, offMs: 60 })));
  const menu = await network.userAgent({ user: 'menu', mediaDirectory: folder, ...options });
  const { promise, resolve } = Promise.withResolvers<[string, string[]]>();
  menu.onCall(async (channel) => {
    await channel.answer();
    const digits = await channel.dtmfDetector.getDigits({
      count: KEYS.length,
      predigitsTimeout: 3000,
      interdigitTimeout: 2000,
    });
    resolve([digits, channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.by] : []))]);
  });
  const channel = phone.channel();
  await channel.call(menu.uri);
  await channel.filePlayer.play('keys.wav').catch(() => undefined);
  // Awaited here, since the network ends when this function is left.
  return await promise;
}

describe('keys that a caller plays as tones', () => {
  it.each(['PCMU', 'PCMA'] as const)('are digits of a call with %s, although events were agreed', async (codec) => {
    const [digits, ways] = await playKeys({ codecs: [codec] });
    expect(digits).toBe(KEYS);
    expect(new Set(ways)).toEqual(new Set(['INBAND']));
  });

  it('are none when nobody wants them', async () => {
    expect(await playKeys({ inbandDtmf: 'never' })).toEqual(['', []]);
  });
});
