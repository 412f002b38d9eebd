import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavOf } from '../../../bench/tone-wav.ts';
import { UserAgent, type UserAgentOptions } from '../../../src/index.ts';
import { touchTones } from '../../support/touch-tones.ts';

// A machine that stalls puts gaps into a tone and makes two keys of it. So here one key is held until somebody has had it; that all keys
// come, each once, is proved in virtual time by test/integration/network/inband-dtmf.test.ts.

/** Calls a menu over loopback sockets and holds a key to it as a tone. @returns the first digit that is had, and how it came. */
async function holdKey(options: Pick<UserAgentOptions, 'inbandDtmf'>): Promise<[string, string[]]> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-inband-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await writeFile(join(folder, 'key.wav'), wavOf(touchTones('5', { leadMs: 200, onMs: 2000, offMs: 0 })));
  const at = { address: '127.0.0.1', port: 0, mediaDirectory: folder } as const;
  await using menu = await UserAgent.start({ ...at, ...options });
  await using caller = await UserAgent.start(at);
  const done = Promise.withResolvers<[string, string[]]>();
  menu.onCall(async (channel) => {
    await channel.answer();
    const digit = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 3000 });
    done.resolve([digit, channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.by] : []))]);
  });
  const channel = caller.channel();
  await channel.call(menu.uri);
  await channel.filePlayer.play('key.wav', { loop: true }).catch(() => undefined);
  // Awaited here, since the user agents stop when this function is left.
  return await done.promise;
}

describe('a key that a caller plays as a tone over sockets', () => {
  it('is a digit, although events were agreed', async () => {
    const [digit, [way]] = await holdKey({});
    expect([digit, way]).toEqual(['5', 'INBAND']);
  });

  it('is none when nobody wants it', async () => {
    expect(await holdKey({ inbandDtmf: 'never' })).toEqual(['', []]);
  });
});
