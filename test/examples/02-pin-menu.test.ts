import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { askForPin } from '../../examples/02-pin-menu.ts';
import { until } from '../support/until.ts';
import { connectLine, share } from './line.ts';

const prompts = { 'enter-pin.wav': 3_000, 'your-message.wav': 900, 'beep.wav': 400, 'goodbye.wav': 800 };

describe('examples/02-pin-menu.ts', () => {
  it('lets who knows the PIN type over the prompt', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = askForPin(channel);
    await caller.waitFor('play', 'enter-pin.wav');
    await clock.advance(500);
    await caller.press('2468#');
    await caller.waitFor('play', 'your-message.wav');
    expect(await done).toBe(true);
    expect(caller.heard()).toMatchObject([
      { file: 'enter-pin.wav', playedMs: 500, complete: false },
      { file: 'your-message.wav', complete: true },
    ]);
    // From the first key to the fifth, and the message.
    expect(clock.now()).toBe(500 + 4 * 200 + 900);
  });

  it('asks three times, whatever is wrong with the digits', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = askForPin(channel);
    for (const wrong of ['1111#', '24681', '']) {
      await caller.waitFor('play', 'enter-pin.wav');
      await caller.press(wrong);
      await caller.waitFor('play', 'beep.wav');
    }
    await caller.waitFor('play', 'goodbye.wav');
    expect(await done).toBe(false);
  });

  it('counts nothing of one attempt for the next', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = askForPin(channel);
    await caller.waitFor('play', 'enter-pin.wav');
    await caller.press('99999999', { on: 40, off: 10 });
    await caller.waitFor('play', 'enter-pin.wav');
    await caller.press('2468#');
    expect(await done).toBe(true);
  });

  it('stops the prompt of a caller over the network at the first key', async () => {
    await using line = await connectLine((channel) => askForPin(channel));
    const began = performance.now();
    await writeFile(join(line.callee.folder, 'enter-pin.wav'), toneWav(600, 20_000));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.start('heard.wav');
    const { filePlayer } = await line.channel;
    await until('the prompt', async () => filePlayer.state === 'PLAYING');
    await channel.dtmfPlayer.play('2468#', { on: 60, off: 60 });
    expect(await line.result).toBe(true);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    expect(await share(join(line.caller.folder, 'heard.wav'), 900)).toBeGreaterThan(0.9);
  });
});
