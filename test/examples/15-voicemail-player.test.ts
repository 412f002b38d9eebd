import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { playVoicemail } from '../../examples/15-voicemail-player.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast, share } from './line.ts';

const box = (name: string): string => `voicemail/305/${name}.wav`;

function mailbox(...names: string[]) {
  const call = createFakeChannel({
    prompts: {
      'sound:vm-message': 600,
      'sound:vm-nomore': 1_500,
      // Of another mailbox, whose name begins in the same way.
      'voicemail/3051/x.wav': 500,
      ...Object.fromEntries(names.map((name) => [box(name), 10_000])),
    },
  });
  const messages = (): string[] =>
    call.caller
      .heard()
      .map(({ file }) => file)
      .filter((file) => file.startsWith('recording:'));
  return { ...call, messages };
}

describe('examples/15-voicemail-player.ts', () => {
  it('says the number of each message and goes round with 6 and 4', async () => {
    const { channel, caller, messages } = mailbox('a', 'b');
    const done = playVoicemail(channel, '305');
    for (const [name, key] of ['a6', 'b6', 'a4', 'b#']) {
      await caller.waitForPrompt(`recording:voicemail/305/${name}`);
      await caller.silence(1_000);
      await caller.press(key ?? '');
    }
    await done;
    expect(messages()).toEqual(['a', 'b', 'a', 'b'].map((name) => `recording:voicemail/305/${name}`));
    const numbers = caller.heard().filter(({ file }) => file.startsWith('text:'));
    expect(numbers.map(({ file }) => file)).toEqual(['text:one', 'text:two', 'text:one', 'text:two']);
  });

  it.each([
    ['forward', '3', {}, 7_000],
    ['forward', '3', { skip: 4_000 }, 6_000],
    ['back', '1', {}, 13_000],
    ['back', '1', { skip: 4_000 }, 14_000],
  ])('goes %s with %s, and with %j takes %i ms for ten seconds', async (_, key, settings, length) => {
    const { channel, caller, clock } = mailbox('a');
    const done = playVoicemail(channel, '305', settings);
    await caller.waitForPrompt('recording:voicemail/305/a');
    const began = clock.now();
    await caller.silence(4_900);
    await caller.press(key);
    await caller.silence(began + length - 100 - clock.now());
    expect(channel.filePlayer.state).toBe('PLAYING');
    await caller.silence(200);
    expect(channel.filePlayer.state).toBe('IDLE');
    await caller.press('#');
    await done;
  });

  it('hears a message again from its beginning with 5', async () => {
    const { channel, caller, clock } = mailbox('a');
    const done = playVoicemail(channel, '305');
    await caller.waitForPrompt('recording:voicemail/305/a');
    const began = clock.now();
    await caller.silence(9_000);
    await caller.press('5');
    await caller.silence(9_500);
    expect(channel.filePlayer.state).toBe('PLAYING');
    expect(clock.now() - began).toBeGreaterThan(18_000);
    await caller.silence(1_000);
    expect(channel.filePlayer.state).toBe('IDLE');
    await caller.press('#');
    await done;
  });

  it('pauses and goes on with 2', async () => {
    const { channel, caller } = mailbox('a');
    const done = playVoicemail(channel, '305');
    await caller.waitForPrompt('recording:voicemail/305/a');
    await caller.silence(2_000);
    await caller.press('2');
    await caller.silence(60_000);
    expect(channel.filePlayer.state).toBe('PLAYING');
    await caller.press('2');
    await caller.silence(10_000);
    expect(channel.filePlayer.state).toBe('IDLE');
    await caller.press('#');
    await done;
  });

  it('deletes with *, until there are no more', async () => {
    const { channel, caller, messages } = mailbox('a', 'b');
    const done = playVoicemail(channel, '305');
    for (const name of ['a', 'b']) {
      await caller.waitForPrompt(`recording:voicemail/305/${name}`);
      await caller.press('*');
    }
    await done;
    expect(messages()).toHaveLength(2);
    expect(caller.heard().at(-1)).toMatchObject({ file: 'sound:vm-nomore', complete: true });
    expect(await channel.recordings.list({ prefix: 'voicemail/305' })).toEqual([]);
    expect(await channel.recordings.list({ prefix: 'voicemail' })).toHaveLength(1);
  });

  it('skips the number with #, and keys 1, 2, 3 and 5 do nothing once the message is over', async () => {
    const { channel, caller } = mailbox('a');
    const done = playVoicemail(channel, '305');
    await caller.waitForPrompt('sound:vm-message');
    await caller.press('#');
    await caller.waitForPrompt('recording:voicemail/305/a');
    await caller.silence(11_000);
    await caller.press('1235');
    expect(channel.filePlayer.state).toBe('IDLE');
    await caller.press('#');
    await done;
  });

  it('plays over the network what is in the mailbox', async () => {
    await using line = await connectLine((channel) => playVoicemail(channel, '305'));
    await line.callee.ua.recordings.save(toneWav(1_500, 3_000), 'voicemail/305/1.wav');
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.start('heard.wav');
    const called = await line.channel;
    await channel.dtmfPlayer.play('#');
    const isMessage = (): boolean =>
      called.journal.entries.some((entry) => entry.kind === 'done' && entry.method === 'filePlayer.start');
    await until('the message', async () => isMessage() && called.filePlayer.state === 'IDLE');
    await pressLast(channel, '#');
    await line.result;
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    expect(await share(join(line.caller.folder, 'heard.wav'), 1_500)).toBeGreaterThan(0.9);
  });
});
