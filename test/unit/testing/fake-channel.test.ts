import { describe, expect, it } from 'vitest';
import { type Channel, isHangup } from '../../../src/index.ts';
import { createFakeChannel } from '../../../src/testing.ts';

/** An application as a user would write it. */
async function menu(channel: Channel): Promise<string> {
  await channel.ring();
  await channel.answer();
  for (;;) {
    await channel.filePlayer.play('menu.wav', { bargeIn: true });
    const digit = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
    if (digit === '1') return 'sales';
    if (digit === '2') {
      await channel.fileRecorder.record('message.wav', { maxSilence: 2000 });
      await channel.filePlayer.play('message.wav');
      return channel.fileRecorder.audioDetectedInRecording() ? 'message' : 'silence';
    }
  }
}

const prompts = { 'menu.wav': 3000 };

describe('a fake channel', () => {
  it('runs an application in virtual time', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = menu(channel);
    await caller.waitFor('play', 'menu.wav');
    expect(clock.now()).toBe(0);
    await caller.press('1');
    expect(await done).toBe('sales');
    expect(caller.steps.map(({ step }) => step)).toEqual(['ring', 'answer', 'play']);
  });

  it('lets prompts and timeouts take their real length', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = menu(channel);
    await caller.waitFor('play');
    await caller.waitFor('play');
    expect(clock.now()).toBe(8000);
    await caller.press('1');
    await done;
  });

  it('records what the caller says, and plays it back as long as it was', async () => {
    const { channel, caller, clock } = createFakeChannel({ prompts });
    const done = menu(channel);
    await caller.waitFor('play');
    await caller.press('2');
    await caller.waitFor('record', 'message.wav');
    await caller.silence(500);
    await caller.speak(1500);
    await caller.waitFor('play', 'message.wav');
    // The key is down for 100 ms before the caller can speak.
    expect(clock.now()).toBe(4100);
    expect(await done).toBe('message');
  });

  it('hangs up on the application', async () => {
    const { channel, caller } = createFakeChannel({ prompts });
    const done = menu(channel).catch((error: unknown) => isHangup(error) && error.info.by);
    await caller.waitFor('play');
    await caller.hangUp();
    expect(await done).toBe('remote');
  });

  it('tells how it was refused, and what digits it heard', async () => {
    const busy = createFakeChannel({ from: 'sip:alice@example.com', headers: { 'X-Account': '7' } });
    expect([busy.channel.info.from, busy.channel.info.header('x-account')]).toEqual(['sip:alice@example.com', ['7']]);
    await busy.channel.reject('BUSY');
    expect(busy.caller.refusedWith).toBe(486);
    const sender = createFakeChannel();
    await sender.channel.answer();
    const sent = sender.channel.dtmfPlayer.play('12#');
    expect([await sent, sender.caller.digits]).toEqual(['NORMAL', '12#']);
  });

  it('says what the application did when it never comes to a step', async () => {
    const { channel, caller } = createFakeChannel();
    await channel.answer();
    await expect(caller.waitFor('record')).rejects.toThrow(/never came to record/);
  });

  it('has only the keys of a telephone', async () => {
    await expect(createFakeChannel().caller.press('x')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
