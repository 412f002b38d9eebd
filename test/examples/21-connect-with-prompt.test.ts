import type { Channel } from 'offhook';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { putThroughWithPrompt } from '../../examples/21-connect-with-prompt.ts';
import { typeThrough } from './type-through.ts';

const COLLEAGUE = 'sip:colleague@192.0.2.3';
const prompts = { 'caller-speech.wav': 4_000, 'goodbye.wav': 700 };

describe('examples/21-connect-with-prompt.ts', () => {
  it('plays until the answer, and connects the two', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 2_500 } });
    const done = call.run((channel) => putThroughWithPrompt(channel, COLLEAGUE));
    const colleague = await call.party();
    await colleague.silence(3_000);
    expect(call.caller.heard()).toMatchObject([{ file: 'caller-speech.wav', complete: false, playedMs: 2_500 }]);
    expect(call.channel.info.connectedId).toBe(call.channel.extraChannel[0]?.id);
    await colleague.hangUp();
    expect(await done).toBe(true);
  });

  it('waits on when the prompt is over before the answer', async () => {
    const call = createFakeChannel({ prompts, callee: { after: 10_000 } });
    const done = call.run((channel) => putThroughWithPrompt(channel, COLLEAGUE));
    const colleague = await call.party();
    await colleague.silence(11_000);
    expect(call.caller.heard()).toMatchObject([{ file: 'caller-speech.wav', complete: true }]);
    await call.caller.hangUp();
    expect(await done).toBe(undefined);
    expect(colleague.ended).toMatchObject({ by: 'local' });
  });

  it('says so when the colleague is busy', async () => {
    const call = createFakeChannel({ prompts, callee: { outcome: 'BUSY', after: 1_000 } });
    expect(await call.run((channel) => putThroughWithPrompt(channel, COLLEAGUE))).toBe(false);
    expect(call.caller.heard()).toMatchObject([
      { file: 'caller-speech.wav', playedMs: 1_000 },
      { file: 'goodbye.wav', complete: true },
    ]);
  });

  it('leaves nobody ringing when the caller does not wait', async () => {
    const call = createFakeChannel({ prompts, callee: 'TIMEOUT' });
    const done = call.run((channel) => putThroughWithPrompt(channel, COLLEAGUE));
    const colleague = await call.party();
    await call.caller.silence(2_000);
    await call.caller.hangUp();
    await done;
    expect(colleague.ended).toMatchObject({ by: 'local' });
  });

  it('does so over the network', async () => {
    const isPlaying = ({ filePlayer }: Channel): boolean => filePlayer.state === 'PLAYING';
    expect(await typeThrough(putThroughWithPrompt, isPlaying)).toEqual({ typed: '42#', result: true });
  });
});
