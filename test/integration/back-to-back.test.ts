import { expect, it } from 'vitest';
import { type ConnectCalleeResult, State } from '../../src/index.ts';
import { startPhone } from '../support/phone.ts';

const CALLERS = 6;

it('back-to-back calls find their media in one thread, whichever of several carries the caller', async () => {
  await using between = await startPhone({ mediaWorkers: 3 });
  await using phones = await startPhone();
  const results: ConnectCalleeResult[] = [];
  between.ua.onCall(async (channel) => {
    results.push(await channel.connectCallee(phones.ua.uri));
    await channel.waitForIdle();
  });
  phones.ua.onCall(async (channel) => {
    await channel.ring({ earlyMedia: true });
    await channel.answer();
    await channel.waitForIdle();
  });
  const callers = Array.from({ length: CALLERS }, () => phones.ua.channel());
  const states = await Promise.all(callers.map((channel) => channel.call(between.ua.uri)));
  expect(states).toEqual(states.map(() => State.ANSWERED));
  await Promise.all(callers.map((channel) => channel.dtmfPlayer.play('1')));
  expect(results.map(({ callee }) => callee?.info.connectedId !== undefined)).toEqual(states.map(() => true));
  await Promise.all(callers.map((channel) => channel.hangUp()));
});
