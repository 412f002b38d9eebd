import { createFakeChannel, matchers } from 'offhook/testing';
import { ivr } from './ivr.js';

expect.extend(matchers);

test('fails, and shows the call', async () => {
  const call = createFakeChannel({ anyPrompt: 1_000 });
  await call.run(ivr);
  expect(call).toHaveHeard('sales.wav');
});
