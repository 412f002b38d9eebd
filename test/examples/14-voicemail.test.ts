import { join } from 'node:path';
import { createFakeChannel, everyHangup } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { requireSounds, takeVoicemail } from '../../examples/14-voicemail.ts';
import { sizeOf } from '../support/size-of.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast, share } from './line.ts';

const prompts = { 'sound:vm-intro': 4_500, 'sound:vm-review': 3_800, 'sound:thank-you': 1_000 };

describe('examples/14-voicemail.ts', () => {
  it('keeps a message that is accepted', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = takeVoicemail(channel, '305');
    await caller.waitForPrompt('sound:vm-intro');
    await caller.press('#');
    await caller.waitFor('record');
    await caller.speak(3_000);
    await caller.press('#');
    await caller.waitForPrompt('sound:vm-review');
    await caller.silence(5_000);
    await caller.press('#');
    const name = await done;
    expect(name).toBe(`voicemail/305/${channel.id}`);
    expect(caller.heard().map(({ file }) => file)).toEqual([
      'sound:vm-intro',
      'BEEP',
      'sound:vm-review',
      `recording:${name}`,
      'sound:thank-you',
    ]);
    const { durationMs } = await channel.recordings.get(name ?? '');
    expect(durationMs).toBeGreaterThanOrEqual(3_000);
  });

  it('records again as often as * is pressed, while recording and afterwards', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = takeVoicemail(channel, '305');
    await caller.waitFor('record');
    await caller.speak(1_000);
    await caller.press('*');
    await caller.waitFor('record');
    await caller.speak(2_000);
    await caller.press('#');
    await caller.waitForPrompt('sound:vm-review');
    await caller.press('*');
    await caller.waitFor('record');
    await caller.speak(4_000);
    await caller.press('#');
    await caller.waitForPrompt('sound:vm-review');
    await caller.press('#');
    const name = (await done) ?? '';
    expect(await channel.recordings.list({ prefix: 'voicemail/305' })).toHaveLength(1);
    expect((await channel.recordings.get(name)).durationMs).toBeGreaterThanOrEqual(4_000);
  });

  it('keeps the message of who hangs up after speaking', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = takeVoicemail(channel, '305');
    await caller.waitFor('record');
    await caller.speak(2_000);
    await caller.hangUp();
    expect(await done).toBe(`voicemail/305/${channel.id}`);
  });

  it('keeps the laws whenever the caller hangs up', async () => {
    const { runs } = await everyHangup((channel) => takeVoicemail(channel, '305'), {
      prompts,
      script: [
        { on: 'record', do: (caller) => caller.speak(1_000) },
        { do: (caller) => caller.press('#') },
        { on: 'play', detail: 'sound:vm-review', do: (caller) => caller.press('#') },
      ],
    });
    expect(runs).toBeGreaterThan(10);
  });

  it('takes a message over the network, and has the language looked at first', async () => {
    await using line = await connectLine((channel) => takeVoicemail(channel, '305'));
    expect(() => requireSounds(line.callee.ua.sounds, 'en')).not.toThrow();
    expect(() => requireSounds(line.callee.ua.sounds, 'fr')).toThrow(
      expect.objectContaining({ code: 'SOUND_LANGUAGE_MISSING' }),
    );
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    const called = await line.channel;
    const message = join(line.callee.folder, 'voicemail/305', `${called.id}.wav`);
    await channel.filePlayer.start('caller-speech.wav', { loop: true });
    await until('half a second of message', async () => (await sizeOf(message)) > 8_000);
    await channel.filePlayer.stop();
    await channel.fileRecorder.start('heard.wav');
    await channel.dtmfPlayer.play('#');
    await until('the review', async () => called.filePlayer.state === 'PLAYING');
    await pressLast(channel, '#');
    expect(await line.result).toBe(`voicemail/305/${called.id}`);
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    // The caller's voice, and at the caller's end the sound of thanks.
    expect(await share(message, 500)).toBeGreaterThan(0.9);
    expect(await share(join(line.caller.folder, 'heard.wav'), 400)).toBeGreaterThan(0.9);
  });
});
