import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { waitWithMusic } from '../../examples/17-music-on-hold.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast, share } from './line.ts';

const prompts = { 'caller-speech.wav': 4_000, 'your-message.wav': 900 };
const NEVER = new Promise<void>(() => undefined);

describe('examples/17-music-on-hold.ts', () => {
  it('plays music with an announcement now and then until a key is pressed', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = waitWithMusic(channel, NEVER);
    await caller.silence(40_000);
    expect(caller.heard().filter(({ file }) => file === 'your-message.wav')).toHaveLength(2);
    await caller.press('1');
    expect(await done).toBe(false);
    expect(channel.musicOnHold.state).toBe('IDLE');
  });

  it('ends when it is ready', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = waitWithMusic(channel, promise);
    await caller.silence(5_000);
    resolve();
    expect(await done).toBe(true);
  });

  it('leaves nothing behind when the caller hangs up', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = waitWithMusic(channel, NEVER);
    await caller.silence(5_000);
    await caller.hangUp();
    await expect(done).rejects.toThrow(expect.objectContaining({ code: 'HANGUP' }));
  });

  it('is heard by a caller over the network, music and announcement', async () => {
    await using line = await connectLine((channel) => waitWithMusic(channel, NEVER, 600));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.start('heard.wav');
    const { journal } = await line.channel;
    await until('an announcement', async () => journal.entries.some(({ kind }) => kind === 'played'));
    await pressLast(channel, '1');
    expect(await line.result).toBe(false);
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    // The music is the second prompt by name, the announcement the last.
    for (const frequency of [500, 900])
      expect(await share(join(line.caller.folder, 'heard.wav'), frequency)).toBeGreaterThan(0.9);
  });
});
