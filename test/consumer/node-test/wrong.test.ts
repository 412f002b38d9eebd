import { test } from 'node:test';
import { createFakeChannel } from 'offhook/testing';
import { ivr } from './ivr.ts';

test('fails, and shows the call', async () => {
  const call = createFakeChannel({ anyPrompt: 1_000 });
  const done = call.run(ivr);
  await call.caller.waitForPrompt('sales.wav');
  await done;
});
