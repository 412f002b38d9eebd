import { createFakeUserAgent } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { joinConference } from '../../examples/24-conference.ts';
import { startPhone } from '../support/phone.ts';
import { toneShare } from '../support/tone.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast } from './line.ts';

const prompts = { 'caller-speech.wav': 4000 };

/** A user agent that runs the example, and how each call came out. */
function conference() {
  const fake = createFakeUserAgent({ prompts });
  const results: unknown[] = [];
  fake.ua.onCall(async (channel) => results.push(await joinConference(channel).catch(({ code }) => code)));
  return { ...fake, results };
}

describe('examples/24-conference.ts', () => {
  it('brings callers into the room that they type in, who hear each other and come back by *', async () => {
    await using fake = conference();
    const { ua, clock, incoming, results } = fake;
    const callers = [incoming(), incoming()];
    const [one, two] = callers.map(({ caller }) => caller);
    await one?.silence(200);
    await one?.press('42#');
    await one?.silence(8_000);
    expect(ua.rooms.map(({ name, state }) => [name, state])).toEqual([['42', 'STOPPED']]);
    expect(one?.heardSamples(clock.now() - 500, 500).some((sample) => sample !== 0)).toBe(true);
    await two?.press('42#');
    await two?.silence(8_000);
    expect(ua.rooms.map(({ name, state }) => [name, state])).toEqual([['42', 'STARTED']]);
    const from = clock.now();
    await one?.speak({ tone: 500, ms: 500 });
    expect(toneShare(two?.heardSamples(from, 500) ?? new Int16Array(1), 8000, 500)).toBeGreaterThan(0.9);
    await two?.press('0');
    await two?.silence(300);
    const [room] = ua.rooms;
    expect(room?.parties.map(({ isMuted }) => isMuted)).toEqual([false, true]);
    await two?.press('1');
    await two?.silence(300);
    expect(room?.parties.map(({ isMuted }) => isMuted)).toEqual([false, false]);
    await one?.press('*');
    await one?.silence(5_000).catch(() => undefined);
    expect([results, ua.rooms.length]).toEqual([['42'], 1]);
    expect(one?.heard().at(-1)).toMatchObject({ file: 'text:You have left the conference.', complete: true });
    await two?.hangUp();
    await clock.advance(1000);
    expect([results, ua.rooms, ua.channels]).toEqual([['42', 'HANGUP'], [], []]);
  });

  it('knows when nothing was typed in', async () => {
    await using fake = conference();
    const { caller } = fake.incoming();
    await caller.silence(30_000).catch(() => undefined);
    expect(fake.results).toEqual([undefined]);
    expect(caller.heard().at(-1)).toMatchObject({ file: 'text:There is no such room.' });
  });

  it('does so over the network', async () => {
    await using line = await connectLine((channel) => joinConference(channel, { silence: 20 }));
    await using other = await startPhone();
    const channels = [line.caller.ua.channel(), other.ua.channel()];
    const { ua } = line.callee;
    for (const channel of channels) await channel.call(ua.uri);
    for (const channel of channels) await channel.dtmfPlayer.play('7#', { on: 60, off: 40 });
    const [one, two] = channels;
    await two?.fileRecorder.start('heard.wav', { timeout: 120_000 });
    await until('the conference', async () => ua.rooms[0]?.state === 'STARTED');
    if (one) await pressLast(one, '*');
    expect(await line.result).toBe('7');
    await two?.hangUp();
    expect(two?.fileRecorder.audioDetectedInRecording()).toBe(true);
  });
});
