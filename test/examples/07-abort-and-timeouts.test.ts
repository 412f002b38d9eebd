import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { quiz } from '../../examples/07-abort-and-timeouts.ts';
import { connectLine } from './line.ts';

const prompts = { 'enter-pin.wav': 3_000, 'leave-message.wav': 2_600, 'goodbye.wav': 800 };
const never = new AbortController().signal;

describe('examples/07-abort-and-timeouts.ts', () => {
  it('goes on at the first key, and cuts the next prompt short', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = quiz(channel, never);
    await caller.waitFor('play', 'enter-pin.wav');
    await clock.advance(700);
    await caller.press('5');
    await caller.waitFor('play', 'leave-message.wav');
    expect(await done).toBe('5, cut short');
    expect(clock.now()).toBe(700 + 1_000);
  });

  it('goes on after the prompt when no key comes', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts: { ...prompts, 'leave-message.wav': 600 } });
    const done = quiz(channel, never);
    await caller.waitFor('play', 'leave-message.wav');
    expect(clock.now()).toBe(3_000);
    expect(await done).toBe('nothing, heard');
    expect(await channel.dtmfDetector.getDigits()).toBe('');
  });

  it('breaks off when told from outside', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const abort = new AbortController();
    const done = quiz(channel, abort.signal);
    await caller.waitFor('play', 'enter-pin.wav');
    await clock.advance(200);
    abort.abort();
    await caller.waitFor('play', 'goodbye.wav');
    expect(clock.now()).toBe(200);
    expect(await done).toBe('aborted');
  });

  it('is ended by a hang-up all the same', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = quiz(channel, never);
    await caller.waitFor('play');
    await caller.hangUp();
    await expect(done).rejects.toMatchObject({ code: 'HANGUP' });
  });

  it('takes the key of a caller over the network', async () => {
    await using line = await connectLine((channel) => quiz(channel, never));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.dtmfPlayer.play('7', { on: 60, off: 60 });
    expect(await line.result).toBe('7, heard');
  });
});
