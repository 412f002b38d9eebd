import { createFakeChannel, everyHangup } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { transferAndTakeBack } from '../../examples/22-retrievable-transfer.ts';
import { startPhone } from '../support/phone.ts';
import { connectLine } from './line.ts';

const COLLEAGUE = 'sip:colleague@192.0.2.3';
const prompts = { 'goodbye.wav': 700 };

describe('examples/22-retrievable-transfer.ts', () => {
  it('plays its own tone while it rings, lets the two talk, and has the caller back', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 10_000 } });
    const done = call.run((channel) => transferAndTakeBack(channel, COLLEAGUE));
    const colleague = await call.party();
    await colleague.silence(10_000);
    expect(call.channel.state).toBe('TRANSFERRED');
    const tone = { file: 'MY_RING_TONE', playedMs: 10_000 };
    expect(call.caller.heard()).toMatchObject([tone]);
    await colleague.silence(60_000);
    await colleague.hangUp();
    expect(await done).toBe(true);
    expect(call.caller.heard()).toMatchObject([tone, { file: 'goodbye.wav', complete: true }]);
  });

  it('tells a caller whose colleague is busy', async () => {
    const call = createFakeChannel({ prompts, callee: 'BUSY' });
    expect(await call.run((channel) => transferAndTakeBack(channel, COLLEAGUE))).toBe(false);
    expect(call.channel.transferCause).toBe('TARGETREJECT');
    expect(call.caller.heard()).toMatchObject([{ file: 'BUSY', playedMs: 3000 }]);
  });

  it('leaves nobody on the line when the caller hangs up', async () => {
    const call = createFakeChannel({ prompts, callee: 'ANSWERED' });
    const done = call.run((channel) => transferAndTakeBack(channel, COLLEAGUE));
    await call.party();
    await call.caller.silence(5_000);
    await call.caller.hangUp();
    expect(await done).toBe(undefined);
    expect(call.ua.channels).toEqual([]);
  });

  it('bears a caller who hangs up at any moment', async () => {
    const { points } = await everyHangup((channel) => transferAndTakeBack(channel, COLLEAGUE), {
      prompts,
      callee: { after: 10_000 },
      limit: 60_000,
    });
    expect(points.length).toBeGreaterThan(5);
  });

  it('does so over the network', async () => {
    await using colleague = await startPhone();
    const { promise: talked, resolve } = Promise.withResolvers<string>();
    colleague.ua.onCall(async (channel) => {
      await channel.ring();
      await channel.answer();
      resolve(await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 10_000 }));
    });
    await using line = await connectLine((channel) => transferAndTakeBack(channel, colleague.ua.uri));
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    const { promise: joined, resolve: join } = Promise.withResolvers<void>();
    (await line.channel).on('connected', () => join());
    if ((await line.channel).state === 'TRANSFERRED') join();
    await joined;
    await channel.dtmfPlayer.play('42#', { on: 60, off: 40 });
    expect(await talked).toBe('42#');
    expect(await line.result).toBe(true);
    expect(await channel.waitForIdle()).toBe('IDLE');
  });
});
