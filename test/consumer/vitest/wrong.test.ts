import { createFakeChannel } from 'offhook/testing';
import 'offhook/testing/vitest';
import { expect, test } from 'vitest';
import { ivr } from './ivr.ts';

test('fails, and shows the call', async () => {
  const call = createFakeChannel({ anyPrompt: 1_000 });
  await call.run(ivr);
  expect(call).toHaveHeard('sales.wav');
});
