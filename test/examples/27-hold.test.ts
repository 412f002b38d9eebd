import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { askColleague } from '../../examples/27-hold.ts';
import { startPhone } from '../support/phone.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

const COLLEAGUE = 'sip:colleague@192.0.2.9';
const prompts = { 'caller-speech.wav': 4000, 'your-message.wav': 900, 'goodbye.wav': 700 };

describe('examples/27-hold.ts', () => {
  it('holds the caller with music until the colleague takes the call', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 3000 } });
    const done = call.run((channel) => askColleague(channel, COLLEAGUE));
    await call.caller.waitFor('hold');
    const colleague = await call.party();
    await colleague.waitForPrompt('your-message.wav');
    expect([call.caller.isHeld, call.channel.state]).toEqual([true, 'ON_HOLD']);
    await colleague.press('1');
    await call.caller.waitFor('resume');
    expect(call.caller.heard()).toMatchObject([{ file: 'caller-speech.wav', background: true }]);
    await call.caller.silence(1000);
    expect(call.channel.info.connectedId).toBe(call.channel.extraChannel[0]?.id);
    await colleague.hangUp();
    expect(await done).toBe(true);
  });

  it.each(['BUSY', { answeredBy: 'person' }] as const)('comes back without the colleague: %o', async (callee) => {
    const call = createFakeChannel({ prompts, callee });
    const done = call.run((channel) => askColleague(channel, COLLEAGUE));
    expect(await done).toBe(false);
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'goodbye.wav', complete: true });
    expect(call.caller.isHeld).toBe(false);
  });

  it('leaves nobody behind when the caller does not wait', async () => {
    const call = createFakeChannel({ prompts, callee: 'TIMEOUT' });
    const done = call.run((channel) => askColleague(channel, COLLEAGUE));
    await call.caller.waitFor('music');
    await call.caller.hangUp();
    expect(await done).toBeUndefined();
    await call.clock.advance(1000);
    expect(call.channel.extraChannel[0]?.state).toBe('IDLE');
  });

  it('holds a caller over the network', async () => {
    await using colleague = await startPhone();
    colleague.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.dtmfPlayer.play('1');
      await channel.waitForIdle();
    });
    await using line = await connectLine((channel) => askColleague(channel, colleague.ua.uri));
    const channel = line.caller.ua.channel();
    const held: boolean[] = [];
    channel.on('held', (isHeld) => held.push(isHeld));
    await channel.call(line.callee.ua.uri);
    const { info } = await line.channel;
    const tested = await line.channel;
    await until('the two to be connected', () => tested.info.connectedId !== undefined);
    expect([held, info.isHeld]).toEqual([[true, false], false]);
    await channel.hangUp();
    await line.result.catch(() => undefined);
  });
});
