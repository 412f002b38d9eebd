import { describe, expect, it } from 'vitest';
import { type Channel, State } from '../../../../src/index.ts';
import { createFakeChannel } from '../../../../src/testing.ts';

const TIMES = 5;

/**
 * Processor time that this takes, in milliseconds: the least of several times, since whatever else the machine does can only ever make it
 * more.
 */
async function cpu(work: () => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

async function pinMenu(channel: Channel): Promise<string> {
  await channel.ring();
  await channel.answer();
  await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
  const pin = await channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 5000 });
  await channel.filePlayer.play('message.wav');
  await channel.fileRecorder.record('answer.wav', { maxSilence: 2000 });
  await channel.hangUp();
  return pin;
}

async function onePinMenu(): Promise<void> {
  const call = createFakeChannel({
    anyPrompt: 3000,
    script: [
      { on: 'play', after: 500, do: (caller) => caller.press('2468') },
      { on: 'record', after: 800, do: (caller) => caller.speak(1500) },
    ],
  });
  expect([await call.run(pinMenu), call.channel.state, call.clock.pending]).toEqual(['2468', State.IDLE, 0]);
}

describe('fake calls cost next to nothing', () => {
  it('a thousand of a PIN menu take less than three seconds', async () => {
    const ms = await cpu(async () => {
      for (let call = 0; call < 200; call++) await onePinMenu();
    });
    expect(ms * 5).toBeLessThan(3000);
  });

  it('three minutes of an IVR take less than 20 ms', async () => {
    const longMenu = async (): Promise<void> => {
      const call = createFakeChannel({ anyPrompt: 5000 });
      await call.run(async (channel) => {
        await channel.answer();
        while (call.clock.now() < 180_000) {
          await channel.filePlayer.play('menu.wav', { bargeIn: true });
          await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
        }
      });
    };
    // The first ones compile the code.
    for (let call = 0; call < 10; call++) await longMenu();
    expect(await cpu(longMenu)).toBeLessThan(20);
  });
});
