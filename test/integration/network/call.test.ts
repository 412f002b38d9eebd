import { describe, expect, it } from 'vitest';
import { Hangup, State } from '../../../src/index.ts';
import { openScene } from './scene.ts';

describe('a call over a network in memory', () => {
  it('goes from user agent to user agent, with prompt and hang-up, in virtual time', async () => {
    await using scene = await openScene({ seed: 1, latency: 20 });
    const { network, ivr, phone } = scene;
    const played: unknown[] = [];
    ivr.onCall(async (channel) => {
      await channel.answer();
      played.push(await channel.filePlayer.play('prompt.wav'));
    });
    const channel = phone.channel();
    expect(await channel.call(ivr.uri)).toBe(State.ANSWERED);
    expect(network.clock.now()).toBeCloseTo(40, 0);
    await channel.waitForIdle();
    expect(network.clock.now()).toBeGreaterThan(440);
    expect(network.clock.now()).toBeLessThan(600);
    expect(played).toHaveLength(1);
    expect(channel.info.hangup).toMatchObject({ by: 'remote' });
    await network.clock.runUntilIdle();
    expect(network.clock.pending).toBe(0);
  });

  it('throws the same Hangup on both sides', async () => {
    await using scene = await openScene({});
    const { ivr, phone } = scene;
    const errors: unknown[] = [];
    ivr.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('long.wav').catch((error: unknown) => errors.push(error));
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    const echo = channel.echo().catch((error: unknown) => errors.push(error));
    await channel.sleep(100);
    await channel.hangUp();
    await echo;
    await scene.network.clock.runUntilIdle();
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(error).toBeInstanceOf(Hangup);
  });
});
