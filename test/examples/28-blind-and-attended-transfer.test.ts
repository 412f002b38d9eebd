import { State } from 'offhook';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { handOver } from '../../examples/28-blind-and-attended-transfer.ts';
import { startPhone } from '../support/phone.ts';
import { until } from '../support/until.ts';
import { connectLine, pressLast } from './line.ts';

const COLLEAGUE = 'sip:colleague@192.0.2.9';
const prompts = { 'enter-pin.wav': 2000, 'your-message.wav': 900, 'goodbye.wav': 700 };

describe('examples/28-blind-and-attended-transfer.ts', () => {
  it('hands the caller over at once with key 1', async () => {
    const call = createFakeChannel({ prompts });
    call.caller.planTransfers({ after: 2000 });
    const done = call.run((channel) => handOver(channel, COLLEAGUE));
    await call.caller.waitForPrompt('enter-pin.wav');
    await call.caller.press('1');
    await call.caller.waitFor('transfer', COLLEAGUE);
    expect(await done).toBe('NORMAL');
    expect([call.channel.state, call.caller.ended?.by]).toEqual([State.IDLE, 'local']);
  });

  it('keeps the caller when the colleague is busy', async () => {
    const call = createFakeChannel({ prompts });
    call.caller.planTransfers('BUSY');
    const done = call.run((channel) => handOver(channel, COLLEAGUE));
    await call.caller.waitForPrompt('enter-pin.wav');
    await call.caller.press('1');
    expect(await done).toBe('TARGETREJECT');
    expect(call.caller.heard().at(-1)).toMatchObject({ file: 'goodbye.wav', complete: true });
  });

  it('has a word with the colleague first with key 2', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 1000 } });
    const done = call.run((channel) => handOver(channel, COLLEAGUE));
    await call.caller.waitForPrompt('enter-pin.wav');
    await call.caller.press('2');
    const colleague = await call.party();
    await colleague.waitForPrompt('your-message.wav');
    expect(call.caller.isHeld).toBe(true);
    expect(await done).toBe('NORMAL');
    expect([call.channel.state, call.channel.extraChannel[0]?.state]).toEqual([State.IDLE, State.IDLE]);
  });

  it('comes back to the caller when there is no colleague, or the transfer fails', async () => {
    for (const [callee, plan, cause] of [
      ['BUSY', 'ANSWERED', 'TARGETREJECT'],
      ['ANSWERED', 'REFUSED', 'FAIL'],
    ] as const) {
      const call = createFakeChannel({ prompts, callee });
      call.caller.planTransfers(plan);
      const done = call.run((channel) => handOver(channel, COLLEAGUE));
      await call.caller.waitForPrompt('enter-pin.wav');
      await call.caller.press('2');
      expect(await done).toBe(cause);
      expect(call.caller.isHeld).toBe(false);
    }
  });

  it('follows the caller who asks to be transferred, but not to everybody', async () => {
    const call = createFakeChannel({ prompts, callee: 'ANSWERED' });
    const done = call.run((channel) => handOver(channel, COLLEAGUE));
    await call.caller.waitForPrompt('enter-pin.wav');
    expect((await call.caller.transfer('tel:+49123')).status).toBe(403);
    const { status, progress } = await call.caller.transfer('sip:other@192.0.2.9');
    await call.caller.silence(100);
    expect([status, progress.at(-1)]).toEqual([202, 200]);
    await call.caller.hangUp();
    await done;
  });

  it.each(['1', '2'])('hands a caller over to somebody on the network, key %s', async (key) => {
    await using colleague = await startPhone();
    const came: string[] = [];
    colleague.ua.onCall(async (channel) => {
      channel.on('replaced', () => came.push('replaced'));
      came.push('call');
      await channel.answer();
      await channel.waitForIdle();
    });
    await using line = await connectLine((channel) => handOver(channel, colleague.ua.uri));
    const channel = line.caller.ua.channel();
    const other = line.caller.ua.channel();
    channel.on('transferRequest', (request) => void request.accept(other));
    await channel.call(line.callee.ua.uri);
    await pressLast(channel, key);
    expect(await line.result).toBe('NORMAL');
    await channel.waitForIdle();
    expect(other.state).toBe(State.ANSWERED);
    await until('the colleague to have it', () => came.length === (key === '1' ? 1 : 2));
    expect(came).toEqual(key === '1' ? ['call'] : ['call', 'replaced']);
    await other.hangUp();
  });
});
