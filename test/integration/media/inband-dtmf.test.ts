import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavOf } from '../../../bench/tone-wav.ts';
import { UserAgent, type UserAgentOptions } from '../../../src/index.ts';
import { touchTones } from '../../support/touch-tones.ts';

const KEYS = '159D*0#A';

/** Calls a menu over loopback sockets and plays keys to it as tones. @returns the keys, and how they came. */
async function playKeys(options: Pick<UserAgentOptions, 'inbandDtmf' | 'codecs'>): Promise<[string, string[]]> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-inband-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await writeFile(join(folder, 'keys.wav'), wavOf(touchTones(KEYS, { leadMs: 200, onMs: 60, offMs: 60 })));
  const at = { address: '127.0.0.1', port: 0, mediaDirectory: folder } as const;
  await using menu = await UserAgent.start({ ...at, ...options });
  await using caller = await UserAgent.start(at);
  const done = Promise.withResolvers<[string, string[]]>();
  menu.onCall(async (channel) => {
    await channel.answer();
    const digits = await channel.dtmfDetector.getDigits({
      count: KEYS.length,
      predigitsTimeout: 3000,
      interdigitTimeout: 2000,
    });
    done.resolve([digits, channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.by] : []))]);
  });
  const channel = caller.channel();
  await channel.call(menu.uri);
  await channel.filePlayer.play('keys.wav').catch(() => undefined);
  // Awaited here, since the user agents stop when this function is left.
  return await done.promise;
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
