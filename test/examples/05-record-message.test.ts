import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { takeMessage } from '../../examples/05-record-message.ts';
import { sizeOf } from '../support/size-of.ts';
import { until } from '../support/until.ts';
import { connectLine, share } from './line.ts';

const prompts = { 'leave-message.wav': 2_600, 'beep.wav': 400, 'your-message.wav': 900, 'goodbye.wav': 800 };

describe('examples/05-record-message.ts', () => {
  it('records until the caller is silent and plays it back', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = takeMessage(channel, 'message.wav');
    await caller.waitFor('record', 'message.wav');
    await caller.silence(1_000);
    await caller.speak(3_000);
    await caller.waitFor('play', 'your-message.wav');
    expect(clock.now()).toBe(3_000 + 1_000 + 3_000 + 2_000);
    await caller.waitFor('play', 'message.wav');
    await caller.waitFor('play', 'goodbye.wav');
    expect(await done).toEqual({ file: 'message.wav', cause: 'SILENCE' });
  });

  it('has no message when nobody spoke', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = takeMessage(channel);
    await caller.waitFor('record');
    expect(await done).toBeUndefined();
  });

  it('keeps the message of a caller who hangs up after it', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = takeMessage(channel, 'message.wav');
    await caller.waitFor('record');
    await caller.speak(1_000);
    await caller.silence(500);
    await caller.hangUp();
    expect(await done).toEqual({ file: 'message.wav', cause: 'HANGUP' });
  });

  it('plays to a caller over the network what that caller said', async () => {
    await using line = await connectLine((channel) => takeMessage(channel, 'message.wav'));
    const message = join(line.callee.folder, 'message.wav');
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.filePlayer.start('caller-speech.wav', { loop: true });
    await until('half a second of message', async () => (await sizeOf(message)) > 8_000);
    await channel.filePlayer.stop();
    await channel.fileRecorder.start('heard.wav');
    await channel.dtmfPlayer.play('#');
    expect(await line.result).toEqual({ file: 'message.wav', cause: 'BARGEIN' });
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    expect(await share(message, 500)).toBeGreaterThan(0.9);
    for (const frequency of [900, 500, 700])
      expect(await share(join(line.caller.folder, 'heard.wav'), frequency)).toBeGreaterThan(0.9);
  });
});
