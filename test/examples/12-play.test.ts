import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { playAndLook } from '../../examples/12-play.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast } from './line.ts';

const prompts = { 'your-message.wav': 900, 'caller-speech.wav': 4_000 };

describe('examples/12-play.ts', () => {
  it('plays the music until a key is pressed, with a second of silence in it', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = playAndLook(channel);
    await caller.waitForPrompt('caller-speech.wav');
    await caller.silence(8_000);
    await caller.press('5');
    const heard = await done;
    expect(heard).toBeGreaterThanOrEqual(6_900);
    expect(heard).toBeLessThanOrEqual(7_100);
  });

  it('is heard by a caller over the network', async () => {
    await using line = await connectLine(playAndLook);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    const answering = await line.channel;
    const { filePlayer: played, journal } = answering;
    const isStarted = (): boolean =>
      journal.entries.some((entry) => entry.kind === 'done' && entry.method === 'filePlayer.start');
    await until('the music', async () => isStarted());
    expect(played.state).toBe('PLAYING');
    const sent = async (): Promise<number> => (await answering.mediaStatistics()).packetsSent;
    const before = await sent();
    await until('some of the music', async () => (await sent()) > before + 5);
    await pressLast(channel, '5');
    expect(await line.result).toBeGreaterThan(0);
    expect(played.cause).toBe('BARGEIN');
  });
});
