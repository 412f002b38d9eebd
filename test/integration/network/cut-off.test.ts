import { describe, expect, it } from 'vitest';
import { type Channel, State } from '../../../src/index.ts';
import { openScene, type Scene } from './scene.ts';

const TRANSPORTS = [['udp'], ['tcp']] as const;

/** The phone calls, and a second later it is cut off: its channel, and that of the one that it has called. */
async function cutOff({ network, ivr, phone }: Scene): Promise<{ channel: Channel; callee: Channel }> {
  const { promise: answered, resolve } = Promise.withResolvers<Channel>();
  ivr.onCall(async (channel) => {
    await channel.answer();
    resolve(channel);
    await channel.waitForIdle();
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.sleep(1000);
  network.disconnect(phone);
  return { channel, callee: await answered };
}

describe.each(TRANSPORTS)('a user agent that is cut off, over %s', (transport) => {
  const phoneOptions = { transports: [transport] };

  it('for a while keeps its call and hears again', async () => {
    await using scene = await openScene({ latency: 20 }, phoneOptions);
    const { network, ivr, phone } = scene;
    ivr.onCall(async (channel) => {
      await channel.answer();
      await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 });
      await channel.filePlayer.play('prompt.wav');
      await channel.dtmfPlayer.play('7');
      await channel.hangUp();
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await channel.sleep(1000);
    network.disconnect(phone);
    await channel.sleep(5000);
    expect(channel.state).toBe(State.ANSWERED);
    network.reconnect(phone);
    await channel.dtmfPlayer.play('1');
    expect(await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 })).toBe('7');
    await channel.waitForIdle();
    expect(network.journal).toContain('"fate":"cut off"');
  });

  it('hears of a hang-up when it is back', async () => {
    await using scene = await openScene({ latency: 20 }, phoneOptions);
    const { network, phone } = scene;
    const { channel, callee } = await cutOff(scene);
    const hungUp = callee.hangUp();
    await network.clock.advance(3000);
    expect(channel.state).toBe(State.ANSWERED);
    network.reconnect(phone);
    await channel.waitForIdle();
    await hungUp;
    expect(channel.info.hangup).toMatchObject({ by: 'remote' });
    await network.clock.runUntilIdle();
  });

  it('for ever lets the other one go, who waits no longer than SIP does', async () => {
    await using scene = await openScene({ latency: 20 }, phoneOptions);
    const { network, ivr, phone } = scene;
    const { channel, callee } = await cutOff(scene);
    const before = network.clock.now();
    await Promise.all([callee.hangUp(), channel.hangUp()]);
    expect(network.clock.now() - before).toBeLessThanOrEqual(33_000);
    expect([channel.state, callee.state]).toEqual([State.IDLE, State.IDLE]);
    expect(await phone.channel().call(ivr.uri)).toBe(State.IDLE);
    await network.clock.runUntilIdle();
    expect([ivr.channels, phone.channels]).toEqual([[], []]);
  });
});

describe('nobody at the other end', () => {
  it.each([
    ['an address without a host', 'sip:nobody@192.0.2.77'],
    ['a port that nobody listens at', 'sip:ivr@192.0.2.1:6060'],
  ])('%s: the call is given up', async (_what, uri) => {
    await using scene = await openScene({});
    const channel = scene.phone.channel();
    expect(await channel.call(uri)).toBe(State.IDLE);
    expect(scene.network.clock.now()).toBeCloseTo(32_000, -3);
  });

  it.each([
    ['over TCP, an address without a host', 'sip:nobody@192.0.2.77;transport=tcp', 10_000],
    ['over TCP, a port that nobody listens at', 'sip:ivr@192.0.2.1:6060;transport=tcp', 40],
  ])('%s: UNREACHABLE', async (_what, uri, after) => {
    await using scene = await openScene({ latency: 20 });
    await expect(scene.phone.channel().call(uri)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(scene.network.clock.now()).toBe(after);
  });

  it('a name: HOST_UNRESOLVED', async () => {
    await using scene = await openScene({});
    await expect(scene.phone.channel().call('sip:ivr@example.com')).rejects.toMatchObject({ code: 'HOST_UNRESOLVED' });
  });
});

describe('TCP on a network that loses', () => {
  it('loses nothing and keeps the order', async () => {
    await using scene = await openScene(
      { latency: 20, jitter: 80, loss: 0.5, duplicate: 0.5 },
      { transports: ['tcp'] },
    );
    const { network, ivr, phone } = scene;
    ivr.onCall(async (channel) => {
      await channel.ring();
      await channel.sleep(100);
      await channel.answer();
    });
    const channel = phone.channel();
    expect(await channel.call(ivr.uri)).toBe(State.ANSWERED);
    await channel.waitForIdle();
    expect(network.clock.now()).toBeLessThan(1000);
    await network.clock.runUntilIdle();
    const lines = network.journal.split('\n').filter((line) => line.includes('"over":"TCP"'));
    const fates = lines.map((line) => (JSON.parse(line) as { fate: string }).fate);
    expect(new Set(fates)).toEqual(new Set(['delivered']));
    expect(lines.filter((line) => line.includes('"INVITE sip:'))).toHaveLength(1);
  });
});
