import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { putThrough } from '../../examples/20-extra-channel.ts';
import { typeThrough } from './type-through.ts';

const COLLEAGUE = 'sip:colleague@192.0.2.3';
const prompts = { 'goodbye.wav': 700 };

describe('examples/20-extra-channel.ts', () => {
  it('lets the two talk until the colleague hangs up', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 5_000 } });
    const done = call.run((channel) => putThrough(channel, COLLEAGUE));
    const colleague = await call.party();
    await colleague.silence(6_000);
    await call.caller.press('5');
    await colleague.silence(1_000);
    expect(colleague.digits).toBe('5');
    await colleague.hangUp();
    expect(await done).toBe(true);
    expect(call.channel.info.hangup).toMatchObject({ by: 'local' });
    call.caller.assertAllDone();
  });

  it('apologises when nobody is there', async () => {
    const call = createFakeChannel({ prompts, callee: 'BUSY' });
    expect(await call.run((channel) => putThrough(channel, COLLEAGUE))).toBe(false);
    expect(call.caller.heard()).toMatchObject([{ file: 'goodbye.wav', complete: true }]);
    expect(call.channel.extraChannel[0]?.cause).toBe('BUSY');
  });

  it('leaves nobody ringing when the caller hangs up', async () => {
    const call = createFakeChannel({ prompts, callee: 'TIMEOUT' });
    const done = call.run((channel) => putThrough(channel, COLLEAGUE));
    const colleague = await call.party();
    await call.caller.silence(5_000);
    await call.caller.hangUp();
    await done;
    expect(colleague.ended).toMatchObject({ by: 'local' });
    expect(call.clock.now()).toBeLessThan(6_000);
  });

  it('does so over the network', async () => {
    expect(await typeThrough(putThrough)).toEqual({ typed: '42#', result: true });
  });
});
