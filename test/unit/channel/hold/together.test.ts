import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/index.ts';
import { createFakeUserAgent } from '../../../../src/testing.ts';

describe('hold() together with other things', () => {
  it('keeps the channel in its bridge, and what it says is heard there again afterwards', async () => {
    await using fake = createFakeUserAgent({});
    fake.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.waitForIdle();
    });
    const [one, other] = [fake.incoming(), fake.incoming()];
    await one.caller.waitFor('answer');
    await other.caller.waitFor('answer');
    await using bridge = fake.ua.bridge();
    for (const { channel } of [one, other]) await bridge.add(channel);
    const loudness = async (): Promise<number> => {
      const from = fake.clock.now();
      await one.caller.speak(400);
      return Math.max(...other.caller.heardSamples(from, 400).map(Math.abs));
    };
    expect(await loudness()).toBeGreaterThan(1000);
    const holding = one.channel.hold();
    await one.caller.waitFor('hold');
    expect(await holding).toBe('ON_HOLD');
    expect(bridge.members.map(({ channel }) => channel)).toEqual([one.channel, other.channel]);
    expect(await loudness()).toBe(0);
    const resuming = one.channel.resume();
    await one.caller.waitFor('resume');
    await resuming;
    expect(await loudness()).toBeGreaterThan(1000);
  });

  it('holds a service of the same process, and is held by it', async () => {
    await using fake = createFakeUserAgent({});
    const arrived = Promise.withResolvers<Channel>();
    fake.ua.service('desk', async (channel) => {
      await channel.answer();
      arrived.resolve(channel);
      await channel.waitForIdle();
    });
    const channel = fake.ua.channel();
    const calling = channel.callInboundService('desk');
    await fake.clock.advance(100);
    expect(await calling).toBe('ANSWERED');
    const desk = await arrived.promise;
    const both = Promise.all([channel.hold(), desk.hold()]);
    await fake.clock.advance(5000);
    expect(await both).toEqual(['ON_HOLD', 'ON_HOLD']);
    expect([channel.info.isHeld, desk.info.isHeld]).toEqual([true, true]);
    const back = Promise.all([channel.resume(), desk.resume()]);
    await fake.clock.advance(5000);
    expect(await back).toEqual(['ANSWERED', 'ANSWERED']);
    expect([channel.info.isHeld, desk.info.isHeld, channel.info.mediaDirection]).toEqual([false, false, 'sendrecv']);
    await channel.hangUp();
  });
});
