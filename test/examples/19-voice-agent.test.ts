import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { converse } from '../../examples/19-voice-agent.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

/** A tone is no speech. */
const SPEECH = new URL('../../examples/media/caller-speech.wav', import.meta.url);

describe('examples/19-voice-agent.ts', () => {
  it('answers each time when the caller has fallen silent', async () => {
    const { channel, caller } = createFakeChannel();
    const done = converse(channel);
    await caller.waitFor('answer');
    for (const ms of [2_000, 1_000]) {
      await caller.speak(ms);
      await caller.silence(ms + 1_500);
    }
    await caller.hangUp();
    expect(await done).toEqual({ played: 2, cleared: 0 });
  });

  it('is quiet at once when the caller speaks again', async () => {
    const { channel, caller } = createFakeChannel();
    const done = converse(channel);
    await caller.waitFor('answer');
    await caller.speak(4_000);
    // Half a second after the silence the answer is at its beginning.
    await caller.silence(1_200);
    await caller.speak(1_000);
    await caller.silence(3_000);
    await caller.hangUp();
    expect(await done).toEqual({ played: 1, cleared: 1 });
  });

  it('gives back over the network what the caller said', async () => {
    await using line = await connectLine((channel) => converse(channel));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.start('heard.wav');
    const called = await line.channel;
    await copyFile(SPEECH, join(line.caller.folder, 'speech.wav'));
    await channel.filePlayer.play('speech.wav');
    const isAnswered = (): boolean =>
      called.journal.entries.some((entry) => entry.kind === 'done' && entry.method === 'audio.mark');
    await until('an answer', async () => isAnswered());
    await channel.fileRecorder.stop();
    await channel.hangUp();
    expect((await line.result).played).toBeGreaterThanOrEqual(1);
    expect(channel.fileRecorder.audioDetectedInRecording()).toBe(true);
  });
});
