import { createFakeChannel, everyHangup } from 'offhook/testing';
import 'offhook/testing/vitest';
import { expect, test } from 'vitest';
import { ivr } from './ivr.ts';

const prompts = { 'welcome.wav': 2_000, 'menu.wav': 5_000, 'sales.wav': 1_500, 'office.wav': 1_500 };

test('key 1 leads to sales', async () => {
  const call = createFakeChannel({ prompts });
  const department = call.run(ivr);
  await call.caller.waitForPrompt('menu.wav');
  await call.caller.press('1');
  expect(await department).toBe('sales');
  expect(call).toHaveHeard(['welcome.wav', { file: 'menu.wav', complete: false }, 'sales.wav']);
  expect(call.caller).toHavePressed('1');
  expect(call).toHaveEnded({ by: 'local', cause: 'NORMAL' });
});

test('a caller may hang up at any moment', async () => {
  const { runs } = await everyHangup(ivr, { prompts });
  expect(runs).toBeGreaterThan(5);
});
