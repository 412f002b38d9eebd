import { createFakeChannel } from 'offhook/testing';
import 'offhook/testing/vitest';
import { expect, test } from 'vitest';
import { pinMenu } from './pin-menu.ts';

const prompts = { 'enter-pin.wav': 3_000, 'beep.wav': 400, 'your-message.wav': 6_000, 'goodbye.wav': 800 };

test('who knows the PIN hears the message, and again with 1', async () => {
  const call = createFakeChannel({ prompts });
  const { caller } = call;
  const result = call.run((channel) => pinMenu(channel));

  await caller.waitForPrompt('enter-pin.wav');
  await caller.press('2468');
  await caller.waitForPrompt('your-message.wav');
  await caller.silence(2_000);
  await caller.press('1');
  await caller.waitForPrompt('your-message.wav');

  expect(await result).toBe(true);
  expect(call).toHaveHeard([
    { file: 'enter-pin.wav', complete: false },
    { file: 'your-message.wav', complete: false },
    { file: 'your-message.wav', complete: true },
    { file: 'goodbye.wav', complete: true },
  ]);
  expect(call).toHaveEnded({ by: 'local' });
});

test('three wrong PINs are enough', async () => {
  const call = createFakeChannel({
    prompts,
    script: ['1111', '2222', '3333'].map((pin) => ({
      on: 'play',
      detail: 'enter-pin.wav',
      do: (caller) => caller.press(pin),
    })),
  });
  expect(await call.run((channel) => pinMenu(channel))).toBe(false);
  expect(call).toHavePressed('111122223333');
  expect(call).toHaveHeard('goodbye.wav', { complete: true });
  expect(call).not.toHaveHeard('your-message.wav');
  call.caller.assertAllDone();
});

test('a caller who presses nothing is asked three times, for 25 seconds', async () => {
  const call = createFakeChannel({ prompts });
  expect(await call.run((channel) => pinMenu(channel))).toBe(false);
  expect(call.clock.now()).toBe(3 * (3_000 + 5_000 + 400) + 800);
});

test('a caller who hangs up in the menu is gone', async () => {
  const call = createFakeChannel({ prompts });
  const result = call.run((channel) => pinMenu(channel));
  await call.caller.waitForPrompt('enter-pin.wav');
  await call.caller.hangUp();
  expect(await result).toBeUndefined();
  expect(call).toHaveEnded({ by: 'remote' });
});
