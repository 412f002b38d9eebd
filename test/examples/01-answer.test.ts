import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { answerCall } from '../../examples/01-answer.ts';
import { connectLine, share } from './line.ts';

const prompts = { 'goodbye.wav': 800 };

describe('examples/01-answer.ts', () => {
  it('rings for two seconds, answers, plays and hangs up', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts, from: 'sip:ada@example.com' });
    const lines: string[] = [];
    const done = answerCall(channel, (line) => lines.push(line));
    await caller.waitFor('answer');
    expect(clock.now()).toBe(2_000);
    await caller.waitFor('release');
    await done;
    expect(clock.now()).toBe(2_800);
    expect(caller.steps.map(({ step }) => step)).toEqual(['ring', 'answer', 'play', 'release']);
    expect(lines).toEqual(['sip:ada@example.com has heard it all']);
  });

  it.each(['ring', 'play'] as const)('notices a caller who hangs up during %s', async (step) => {
    const { channel, caller } = createFakeChannel({ prompts });
    const lines: string[] = [];
    const done = answerCall(channel, (line) => lines.push(line));
    await caller.waitFor(step);
    await caller.hangUp();
    await done;
    expect(lines).toEqual([expect.stringContaining('is gone')]);
  });

  it('is heard by a caller over the network', async () => {
    const lines: string[] = [];
    await using line = await connectLine((channel) => answerCall(channel, (text) => lines.push(text)));
    const channel = line.caller.ua.channel();
    expect(await channel.call(line.callee.ua.uri)).toBe('ANSWERED');
    expect(await channel.fileRecorder.record('heard.wav')).toBe('HANGUP');
    await line.result;
    expect(await share(join(line.caller.folder, 'heard.wav'), 700)).toBeGreaterThan(0.9);
    expect(lines).toEqual([expect.stringContaining('has heard it all')]);
  });
});
