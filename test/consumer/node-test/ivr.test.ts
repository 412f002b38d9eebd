import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeChannel, everyHangup } from 'offhook/testing';
import { ivr } from './ivr.ts';

const prompts = { 'welcome.wav': 2_000, 'menu.wav': 5_000, 'sales.wav': 1_500, 'office.wav': 1_500 };

test('key 1 leads to sales', async () => {
  const call = createFakeChannel({ prompts });
  const department = call.run(ivr);
  await call.caller.waitForPrompt('menu.wav');
  await call.caller.press('1');
  assert.equal(await department, 'sales');
  assert.deepEqual(
    call.caller.heard().map(({ file }) => file),
    ['welcome.wav', 'menu.wav', 'sales.wav'],
  );
  assert.equal(call.caller.ended?.by, 'local');
  call.caller.assertAllDone();
});

test('a caller may hang up at any moment', async () => {
  const { runs } = await everyHangup(ivr, { prompts });
  assert.ok(runs > 5);
});
