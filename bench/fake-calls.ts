/** What fake calls cost: a thousand calls of a PIN menu, and one long IVR. */

import type { Channel } from 'offhook';
import { createFakeChannel } from 'offhook/testing';

const CALLS = 1000;

async function pinMenu(channel: Channel): Promise<string> {
  await channel.ring();
  await channel.answer();
  await channel.filePlayer.play('enter-pin.wav', { bargeIn: true });
  const pin = await channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 5000 });
  await channel.filePlayer.play('leave-message.wav');
  await channel.fileRecorder.record('message.wav', { maxSilence: 2000 });
  await channel.hangUp();
  return pin;
}

async function onePinMenu(): Promise<void> {
  const call = createFakeChannel({
    prompts: { 'enter-pin.wav': 3000, 'leave-message.wav': 2600 },
    script: [
      { on: 'play', after: 500, do: (caller) => caller.press('2468') },
      { on: 'record', after: 800, do: (caller) => caller.speak(1500) },
    ],
  });
  const pin = await call.run(pinMenu);
  if (pin !== '2468' || call.clock.pending !== 0) throw new Error(`a call went wrong: ${pin}\n${call.timeline()}`);
}

/** Three minutes of prompts, keys and pauses. */
async function longMenu(channel: Channel): Promise<void> {
  await channel.answer();
  for (let round = 0; round < 18; round++) {
    await channel.filePlayer.play('menu.wav', { bargeIn: true });
    await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 4000 });
    await channel.sleep(1000);
  }
}

async function oneLongMenu(): Promise<number> {
  const call = createFakeChannel({ prompts: { 'menu.wav': 5000 } });
  const began = performance.now();
  await call.run(longMenu);
  const ms = performance.now() - began;
  if (call.clock.now() < 180_000) throw new Error('the long menu was not long enough');
  return ms;
}

/** Runs both and says what they took, in milliseconds of real time. */
export async function measureFakeCalls(): Promise<{ readonly thousandCalls: number; readonly threeMinutes: number }> {
  // The first ones compile the code.
  for (let call = 0; call < 50; call++) await onePinMenu();
  const began = performance.now();
  for (let call = 0; call < CALLS; call++) await onePinMenu();
  const thousandCalls = performance.now() - began;
  const runs: number[] = [];
  for (let run = 0; run < 9; run++) runs.push(await oneLongMenu());
  return { thousandCalls, threeMinutes: runs.sort((a, b) => a - b)[4] as number };
}

if (import.meta.main) {
  const { thousandCalls, threeMinutes } = await measureFakeCalls();
  console.log(`${CALLS} fake calls of a PIN menu: ${thousandCalls.toFixed(0)} ms`);
  console.log(`a three-minute IVR: ${threeMinutes.toFixed(1)} ms`);
}
