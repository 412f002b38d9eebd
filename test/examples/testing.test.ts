import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pinMenu } from '../../examples/testing/pin-menu.ts';
import { remind } from '../../examples/testing/reminder-call.ts';
import { drafts, takeNote } from '../../examples/testing/survives-hangup.ts';
import { sizeOf } from '../support/size-of.ts';
import { until } from '../support/until.ts';
import { connectLine, share } from './line.ts';

/** Their own tests run them on fake calls; here each runs once over the network of the machine. */
describe('the examples in examples/testing, over SIP', () => {
  it('pin-menu.ts lets in who knows the PIN', async () => {
    await using line = await connectLine((channel) => pinMenu(channel));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.fileRecorder.start('heard.wav');
    await channel.dtmfPlayer.play('2468', { on: 60, off: 60 });
    expect(await line.result).toBe(true);
    expect(await channel.fileRecorder.waitUntilFinished()).toBe('HANGUP');
    for (const frequency of [900, 700])
      expect(await share(join(line.caller.folder, 'heard.wav'), frequency)).toBeGreaterThan(0.9);
  });

  it('reminder-call.ts tries a busy line again and takes the confirmation', async () => {
    let calls = 0;
    await using line = await connectLine(async (channel) => {
      if (++calls === 1) return channel.reject('BUSY');
      await channel.answer();
      await channel.dtmfPlayer.play('1', { on: 60 });
      return channel.waitForIdle();
    });
    const channel = line.caller.ua.channel();
    expect(await remind(channel, line.callee.ua.uri, { pauseMs: 5 })).toBe('confirmed');
    expect(calls).toBe(2);
    await channel.hangUp();
  });

  it('survives-hangup.ts keeps the note of a caller who hangs up, and no draft', async () => {
    await using line = await connectLine((channel) => takeNote(channel, 'note.wav'));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.filePlayer.start('caller-speech.wav', { loop: true });
    const note = join(line.callee.folder, 'note.wav');
    await until('half a second of note', async () => (await sizeOf(note)) > 8_000);
    expect([...drafts]).toEqual(['note.wav']);
    await channel.hangUp();
    expect(await line.result).toBe('note.wav');
    expect(drafts.size).toBe(0);
    expect(await share(note, 500)).toBeGreaterThan(0.9);
  });
});
