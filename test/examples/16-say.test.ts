import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { askForRoom } from '../../examples/16-say.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

describe('examples/16-say.ts', () => {
  it('reads back what was typed and takes it when it is confirmed', async () => {
    const { channel, caller } = createFakeChannel();
    const done = askForRoom(channel);
    await caller.waitForPrompt('text:Please enter the conference room number, then hash.');
    await caller.press('407#');
    await caller.waitForPrompt('text:You have entered 4, 0, 7.');
    await caller.silence(4_000);
    await caller.press('1');
    expect(await done).toBe('407');
  });

  it('asks again when it is not, or when nothing was typed, three times in all', async () => {
    const { channel, caller } = createFakeChannel();
    const done = askForRoom(channel);
    await caller.waitForPrompt('text:Please enter the conference room number, then hash.');
    await caller.press('11#');
    await caller.waitForPrompt('text:You have entered 1, 1.');
    await caller.silence(3_000);
    await caller.press('2');
    expect(await done).toBeUndefined();
    expect(caller.heard().filter(({ file }) => file.startsWith('text:Please'))).toHaveLength(3);
    expect(caller.heard().at(-1)).toMatchObject({ file: 'text:Goodbye.', complete: true });
  });

  it('speaks to a caller over the network', async () => {
    await using line = await connectLine(askForRoom);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    const heard = join(line.caller.folder, 'heard.wav');
    // The question is long; what comes before the first second of silence is all of it.
    await channel.fileRecorder.record(heard.slice(line.caller.folder.length + 1), {
      maxSilence: 1_000,
      timeout: 20_000,
    });
    expect(channel.fileRecorder.cause).toBe('SILENCE');
    expect(channel.fileRecorder.audioDetectedInRecording()).toBe(true);
    await channel.dtmfPlayer.play('407#');
    const called = await line.channel;
    const hasRoom = (): boolean =>
      called.journal.entries.some((entry) => entry.kind === 'done' && entry.method === 'dtmfDetector.getDigits');
    await until('the room number', async () => hasRoom());
    // The answer may come as early as one likes: it waits in the buffer.
    await channel.dtmfPlayer.play('1');
    expect(await line.result).toBe('407');
  });
});
