import { describe, expect, it } from 'vitest';
import { Cause, type Channel, State } from '../../../src/index.ts';
import { openScene } from './scene.ts';

const CALLS = 20;
const KEYS = '0123456789*#';

/** Presses all keys and waits for the end. */
async function press(channel: Channel): Promise<void> {
  await channel.dtmfPlayer.play(KEYS, { on: 80, off: 60 });
  await channel.waitForIdle();
}

/** Plays a prompt, takes all keys and hangs up. */
async function serve(channel: Channel): Promise<string> {
  await channel.filePlayer.play('prompt.wav');
  const digits = await channel.dtmfDetector.getDigits({ count: KEYS.length, predigitsTimeout: 32_000 });
  // The last key is not up yet for who pressed it.
  await channel.sleep(500);
  await channel.hangUp();
  return digits;
}

const CONDITIONS = {
  '5 % loss': { loss: 0.05 },
  '10 % loss': { loss: 0.1 },
  '20 % loss': { loss: 0.2 },
  'reordering and repetition': { jitter: 60, reorder: 0.3, duplicate: 0.5 },
  'all of it': { jitter: 60, loss: 0.1, reorder: 0.1, duplicate: 0.1 },
};

describe.each(Object.entries(CONDITIONS))('with %s', (_name, conditions) => {
  it(`${CALLS} calls in are answered, heard and ended, and every key arrives once and in order`, async () => {
    await using scene = await openScene({ seed: 11, latency: 20, ...conditions });
    const { network, ivr, phone } = scene;
    const served: string[] = [];
    ivr.onCall(async (channel) => {
      await channel.ring();
      await channel.answer();
      served.push(await serve(channel));
    });
    const channels = Array.from({ length: CALLS }, () => phone.channel());
    const states = await Promise.all(
      channels.map(async (channel) => {
        const state = await channel.call(ivr.uri);
        await press(channel);
        return state;
      }),
    );
    await network.clock.runUntilIdle();
    expect(states).toEqual(Array(CALLS).fill(State.ANSWERED));
    expect(served).toEqual(Array(CALLS).fill(KEYS));
    expect(channels.map(({ state, cause }) => [state, cause])).toEqual(Array(CALLS).fill([State.IDLE, Cause.NORMAL]));
    expect(ivr.channels).toEqual([]);
    expect(network.clock.pending).toBe(0);
  });

  it(`${CALLS} calls out are answered, heard and ended, and every key arrives once and in order`, async () => {
    await using scene = await openScene({ seed: 12, latency: 20, ...conditions });
    const { network, ivr, phone } = scene;
    let rung = 0;
    phone.onCall(async (channel) => {
      rung++;
      await channel.ring();
      await channel.sleep(300);
      await channel.answer();
      await press(channel);
    });
    const served = await Promise.all(
      Array.from({ length: CALLS }, async () => {
        const channel = ivr.channel();
        return `${await channel.call(phone.uri)} ${await serve(channel)}`;
      }),
    );
    await network.clock.runUntilIdle();
    expect(served).toEqual(Array(CALLS).fill(`${State.ANSWERED} ${KEYS}`));
    expect(rung).toBe(CALLS);
    expect(phone.channels).toEqual([]);
    expect(network.clock.pending).toBe(0);
  });
});
