import { expect, it } from 'vitest';
import { State } from '../../../src/index.ts';
import { openScene } from './scene.ts';

it('1,000 calls one after the other leave nothing behind', async () => {
  await using scene = await openScene({ seed: 5, latency: 10 });
  const { network, ivr, phone } = scene;
  ivr.onCall(async (channel) => {
    await channel.answer();
    await channel.sleep(20);
  });
  for (let call = 0; call < 1000; call++) {
    const channel = phone.channel();
    expect(await channel.call(ivr.uri)).toBe(State.ANSWERED);
    await channel.waitForIdle();
  }
  await network.clock.runUntilIdle();
  expect([ivr.channels, phone.channels]).toEqual([[], []]);
  expect(network.clock.pending).toBe(0);
});
