import { createFakeUserAgent } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { type Conference, serveConference } from '../../examples/26-conference-server.ts';
import { startPhone } from '../support/phone.ts';
import { shortenPrompts } from '../support/short-prompts.ts';
import { until } from '../support/until.ts';
import { pressLast } from './line.ts';

const prompts = {
  'enter-pin.wav': 600,
  'goodbye.wav': 700,
  'caller-speech.wav': 4000,
  'beep.wav': 200,
};
const CONFERENCES: readonly Conference[] = [
  { room: 'sales', pin: '1234', moderatorPin: '9999' },
  { room: 'board', pin: '55', moderatorPin: '66' },
];

function server() {
  const fake = createFakeUserAgent({ prompts });
  const results: unknown[] = [];
  fake.ua.onCall(async (channel) => {
    results.push(await serveConference(channel, fake.ua, CONFERENCES).catch(({ code }) => code));
  });
  const rooms = (): readonly unknown[] =>
    fake.ua.rooms.map(({ name, state, parties }) => `${name} ${state} ${parties.length}`);
  const muted = (): readonly unknown[] | undefined => fake.ua.rooms[0]?.parties.map(({ isMuted }) => isMuted);
  /** Somebody calls and types a PIN in. */
  const enter = async (pin: string) => {
    const { caller, channel } = fake.incoming();
    await caller.waitForPrompt('enter-pin.wav');
    await caller.press(pin);
    await caller.silence(500);
    return { caller, channel };
  };
  return { ...fake, results, rooms, muted, enter };
}

describe('examples/26-conference-server.ts', () => {
  it('lets callers wait for the moderator, who starts and ends the conference', async () => {
    await using fake = server();
    const { rooms, results, enter, clock } = fake;
    const one = await enter('1234#');
    const two = await enter('1234#');
    expect(rooms()).toEqual(['sales STOPPED 2']);
    const elsewhere = await enter('55#');
    const moderator = await enter('9999#');
    expect(rooms()).toEqual(['sales STARTED 3', 'board STOPPED 1']);
    await moderator.caller.hangUp();
    await clock.advance(1_000);
    expect([one.channel.state, two.channel.state, rooms()]).toEqual(['IDLE', 'IDLE', ['board STOPPED 1']]);
    await elsewhere.caller.press('*');
    await elsewhere.caller.silence(2_000).catch(() => undefined);
    expect(results.sort()).toEqual(['HANGUP', 'HANGUP', 'HANGUP', 'board']);
  });

  it('starts also for who comes after the moderator', async () => {
    await using fake = server();
    await fake.enter('9999#');
    expect(fake.rooms()).toEqual(['sales STOPPED 1']);
    await fake.enter('1234#');
    expect(fake.rooms()).toEqual(['sales STARTED 2']);
  });

  it('gives the moderator keys that others have not', async () => {
    await using fake = server();
    const one = await fake.enter('1234#');
    await fake.enter('1234#');
    const moderator = await fake.enter('9999#');
    await moderator.caller.press('1');
    expect(fake.muted()).toEqual([true, true, false]);
    await one.caller.press('2');
    expect(fake.muted()).toEqual([true, true, false]);
    await one.caller.press('6');
    await one.caller.silence(500);
    expect(fake.muted()).toEqual([false, true, false]);
    await moderator.caller.press('2');
    expect(fake.muted()).toEqual([false, false, false]);
    const from = fake.clock.now();
    await moderator.caller.press('3');
    await moderator.caller.silence(2_000);
    expect(one.caller.heardSamples(from, 2_000).some((sample) => sample !== 0)).toBe(true);
    expect(fake.rooms()).toEqual(['sales STARTED 3']);
  });

  it('lets nobody in without a PIN', async () => {
    await using fake = server();
    const { caller } = fake.incoming();
    for (const wrong of ['1#', '2#', '3#']) await caller.press(wrong).catch(() => undefined);
    await caller.silence(3_000).catch(() => undefined);
    expect([fake.results, fake.rooms()]).toEqual([[undefined], []]);
    expect(caller.heard().at(-1)).toMatchObject({ file: 'goodbye.wav', complete: true });
  });

  it('does so over the network', async () => {
    await using phone = await startPhone();
    await using server = await startPhone();
    await shortenPrompts(server.folder);
    const { ua } = server;
    const results: unknown[] = [];
    ua.onCall(async (channel) => results.push(await serveConference(channel, ua, CONFERENCES)));
    const caller = phone.ua.channel();
    const moderator = phone.ua.channel();
    await caller.call(ua.uri);
    await moderator.call(ua.uri);
    await caller.dtmfPlayer.play('1234#', { on: 60, off: 40 });
    await moderator.dtmfPlayer.play('9999#', { on: 60, off: 40 });
    await until('the conference', async () => ua.rooms[0]?.state === 'STARTED');
    await pressLast(caller, '*');
    expect(await caller.waitForIdle()).toBe('IDLE');
    expect(results).toEqual(['sales']);
    await moderator.hangUp();
    await until('the end of the room', async () => ua.rooms.length === 0);
  });
});
