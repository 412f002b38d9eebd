import { Cause } from 'offhook';
import { createFakeChannel, everyHangup } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { connectWithAnnouncement } from '../../examples/29-back-to-back.ts';
import { typeThrough } from './type-through.ts';

const BOB = 'sip:bob@192.0.2.3';
const prompts = { 'your-message.wav': 1_000, 'caller-speech.wav': 4_000, 'goodbye.wav': 700 };
const NAMES = ['your-message.wav', 'caller-speech.wav', 'goodbye.wav'];

describe('examples/29-back-to-back.ts', () => {
  it('announces, connects, and has a last word when the callee hangs up', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 2_500 } });
    const done = call.run((channel) => connectWithAnnouncement(channel, BOB));
    const callee = await call.party();
    await callee.silence(3_000);
    expect(call.caller.heard()).toMatchObject([
      { file: 'your-message.wav', complete: true },
      { file: 'RINGBACK', playedMs: 2_500 },
    ]);
    expect(call.channel.info.connectedId).toBe(call.channel.otherLeg?.id);
    await callee.hangUp();
    expect(await done).toBe(Cause.NORMAL);
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'goodbye.wav', complete: true });
  });

  it('tries three times while the callee is busy', async () => {
    const call = createFakeChannel({ prompts, callee: 'BUSY' });
    expect(await call.run((channel) => connectWithAnnouncement(channel, BOB))).toBe(Cause.BUSY);
    const played = call.caller.heard().flatMap(({ file }) => NAMES.filter((name) => name === file));
    expect(played).toEqual(['your-message.wav', 'caller-speech.wav', 'caller-speech.wav', 'goodbye.wav']);
    expect(call.parties).toHaveLength(3);
  });

  it('takes the caller back with *', async () => {
    const call = createFakeChannel({ prompts, callee: {} });
    const done = call.run((channel) => connectWithAnnouncement(channel, BOB));
    const callee = await call.party();
    await callee.silence(500);
    await call.caller.press('*');
    expect(await done).toBe(Cause.NORMAL);
    expect(callee.ended).toMatchObject({ by: 'local' });
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'goodbye.wav', complete: true });
  });

  it('leaves nobody ringing when the caller does not wait', async () => {
    const call = createFakeChannel({ prompts, callee: 'TIMEOUT' });
    const done = call.run((channel) => connectWithAnnouncement(channel, BOB));
    const callee = await call.party();
    await call.caller.silence(2_000);
    await call.caller.hangUp();
    expect(await done).toBe(undefined);
    expect(callee.ended).toMatchObject({ by: 'local' });
  });

  it('bears a caller who hangs up at any moment', async () => {
    const { points } = await everyHangup((channel) => connectWithAnnouncement(channel, BOB), {
      prompts,
      callee: { after: 10_000 },
      limit: 60_000,
    });
    expect(points.length).toBeGreaterThan(5);
  });

  it('does so over the network', async () => {
    expect(await typeThrough(connectWithAnnouncement)).toEqual({ typed: '42#', result: Cause.NORMAL });
  });
});
