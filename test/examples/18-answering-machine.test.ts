import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { remind } from '../../examples/18-answering-machine.ts';
import { startPhone } from '../support/phone.ts';

const prompts = { 'your-message.wav': 900 };
const TO = 'sip:ada@192.0.2.2';

describe('examples/18-answering-machine.ts', () => {
  it('speaks at once to a person', async () => {
    const { channel, caller } = createFakeChannel({ prompts, direction: 'outbound', callee: { answeredBy: 'person' } });
    expect(await remind(channel, TO)).toBe('person');
    expect(caller.heard()).toMatchObject([{ file: 'your-message.wav', complete: true }]);
  });

  it('waits for the beep of a machine', async () => {
    const plan = { answeredBy: 'machine', greeting: 5_000 } as const;
    const { channel, caller, clock } = createFakeChannel({ prompts, direction: 'outbound', callee: plan });
    const done = remind(channel, TO);
    await caller.waitForPrompt('your-message.wav');
    // The greeting begins half a second after the answer, and the beep comes half a second after the greeting.
    expect(clock.now()).toBeGreaterThan(500 + 5_000 + 500);
    expect(await done).toBe('machine');
  });

  it.each(['BUSY', { answeredBy: 'fax' }] as const)('leaves nothing with %j', async (callee) => {
    const { channel, caller } = createFakeChannel({ prompts, direction: 'outbound', callee });
    expect(await remind(channel, TO)).toBe('nobody');
    expect(caller.heard()).toEqual([]);
  });

  it('tells a machine over the network', async () => {
    await using called = await startPhone();
    await using caller = await startPhone();
    const heard: unknown[] = [];
    called.ua.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play(['leave-message.wav', { silence: 400 }, 'beep.wav']);
      heard.push(await channel.fileRecorder.record('message.wav', { maxSilence: 2_000 }));
      heard.push(channel.fileRecorder.audioDetectedInRecording());
    });
    await using channel = caller.ua.channel();
    expect(await remind(channel, called.ua.uri)).toBe('machine');
    await called.ua.stop({ grace: 5_000 });
    expect(heard).toEqual(['HANGUP', true]);
  });
});
