import { EventEmitter } from 'node:events';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { stopOnSignal, talk } from '../../examples/08-graceful-stop.ts';
import { connectLine } from './line.ts';

describe('examples/08-graceful-stop.ts', () => {
  it('talks to the end', async () => {
    const { channel, caller } = createFakeChannel({
      prompts: { 'leave-message.wav': 2_600, 'goodbye.wav': 800 },
    });
    const done = talk(channel);
    await done;
    expect(caller.heard().map(({ file }) => file)).toEqual(['leave-message.wav', 'goodbye.wav']);
  });

  it('lets the present call end in peace and takes no new one', async () => {
    await using line = await connectLine(talk);
    const signals = new EventEmitter();
    const stopped = stopOnSignal(line.callee.ua, 20_000, signals);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    signals.emit('SIGTERM');
    const late = line.caller.ua.channel();
    expect(await late.call(line.callee.ua.uri)).toBe('IDLE');
    expect(late.info.rawCause).toBe('503');
    await line.result;
    await stopped;
    await channel.waitForIdle();
    expect(() => line.callee.ua.channel()).toThrow(expect.objectContaining({ code: 'STOPPED' }));
  });

  it('hangs up at once at the second signal', async () => {
    await using line = await connectLine(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('leave-message.wav', { loop: true });
    });
    const signals = new EventEmitter();
    const stopped = stopOnSignal(line.callee.ua, 3_600_000, signals);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    signals.emit('SIGTERM');
    signals.emit('SIGINT');
    await stopped;
    await channel.waitForIdle();
    expect(channel.info.hangup?.by).toBe('remote');
    await expect(line.result).rejects.toMatchObject({ code: 'HANGUP' });
  });
});
