import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { type Channel, Hangup, type UserAgentOptions } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';

/** A call whose caller is cut off after a second. @returns how the callee saw it end, and after how long; undefined if it did not. */
async function vanish(options: Pick<UserAgentOptions, 'mediaTimeout'>, waitMs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-timeout-'));
  await writeFile(join(folder, 'long.wav'), toneWav(440, 10_000));
  await using network = createTestNetwork({ latency: 20 });
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const ivr = await network.userAgent({ user: 'ivr', mediaDirectory: folder, ...options });
  const phone = await network.userAgent({ user: 'phone', mediaDirectory: folder, mediaTimeout: 0 });
  let error: unknown;
  let called: Channel | undefined;
  let endedAt = Number.NaN;
  ivr.onCall(async (channel) => {
    called = channel;
    await channel.answer();
    try {
      await channel.filePlayer.start('long.wav', { loop: true });
      await channel.dtmfDetector.getDigits({ predigitsTimeout: 3_600_000 });
    } catch (caught) {
      error = caught;
      endedAt = network.clock.now();
    }
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.sleep(1000);
  const goneAt = network.clock.now();
  network.disconnect(phone);
  await network.clock.advance(waitMs);
  // The cause is known when the call is over, which here nobody confirms.
  return {
    error,
    cause: called?.cause,
    afterMs: endedAt - goneAt,
    calls: ivr.channels.length,
    journal: network.journal,
  };
}

it('a caller who vanishes is hung up on when the media timeout is over', async () => {
  const { error, cause, afterMs, calls, journal } = await vanish({ mediaTimeout: 5000 }, 60_000);
  expect(error).toBeInstanceOf(Hangup);
  expect((error as Hangup).info).toMatchObject({
    by: 'network',
    text: 'no audio and no report has come from the far end for 5 s',
  });
  expect(cause).toBe('OUTOFORDER');
  expect(afterMs).toBeGreaterThanOrEqual(4700);
  expect(afterMs).toBeLessThan(5500);
  expect(calls).toBe(0);
  expect(journal).toContain('BYE');
});

it('by default that is after five minutes', async () => {
  const { error, afterMs } = await vanish({}, 310_000);
  expect(error).toBeInstanceOf(Hangup);
  expect(afterMs).toBeGreaterThanOrEqual(299_000);
});

it('with a media timeout of 0 it is never', async () => {
  const { error, calls } = await vanish({ mediaTimeout: 0 }, 400_000);
  expect(error).toBeUndefined();
  expect(calls).toBe(1);
});
