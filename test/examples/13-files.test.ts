import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { keepIfSilent, Result } from '../../examples/13-files.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

describe('examples/13-files.ts', () => {
  it('keeps a message that ends with silence', async () => {
    const { channel, caller } = createFakeChannel();
    const done = keepIfSilent(channel);
    await caller.waitFor('record');
    await caller.speak(3_000);
    await caller.silence(2_000);
    expect(await done).toBe(Result.KEPT);
    expect((await channel.files.list({ recursive: true })).map(({ name }) => name)).toEqual([`kept/${channel.id}.wav`]);
  });

  it('deletes one that was hung up on', async () => {
    const { channel, caller } = createFakeChannel();
    const done = keepIfSilent(channel);
    await caller.waitFor('record');
    await caller.speak(3_000);
    await caller.hangUp();
    expect(await done).toBe(Result.HUNG_UP);
    expect(await channel.files.list({ recursive: true })).toEqual([]);
  });

  it('deletes one that goes on for too long', async () => {
    const { channel, caller } = createFakeChannel();
    const done = keepIfSilent(channel);
    await caller.waitFor('record');
    await caller.speak(70_000);
    expect(await done).toBe(Result.NOT_AS_WISHED);
    expect(await channel.files.list({ recursive: true })).toEqual([]);
  });

  it('keeps over the network what is followed by silence', async () => {
    await using line = await connectLine(keepIfSilent);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.filePlayer.play('caller-speech.wav');
    expect(await line.result).toBe(Result.KEPT);
    await until('the call is over', async () => channel.state === 'IDLE');
    expect(await line.callee.ua.files.list({ prefix: 'kept' })).toHaveLength(1);
    expect(await line.callee.ua.files.exists(`draft-${(await line.channel).id}.wav`)).toBe(false);
  });
});
