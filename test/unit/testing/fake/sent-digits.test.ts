import { expect, it } from 'vitest';
import { createFakeChannel } from '../../../../src/testing.ts';

it.each(['auto', 'RFC4733', 'INBAND', 'INFO'] as const)('digits that are sent by %s are seen', async (method) => {
  const call = createFakeChannel();
  await call.run(async (channel) => {
    await channel.answer();
    expect(await channel.dtmfPlayer.play('12,3#', { method, on: 80, off: 60 })).toBe('NORMAL');
    expect(await channel.dtmfPlayer.play('99999999', { method, on: 100, off: 100, timeout: 350 })).toBe('TIMEOUT');
  });
  // Keys that were broken off are not counted; what went by INFO cannot be broken off.
  expect(call.caller.digits).toMatch(method === 'INFO' ? /^123#99$/ : /^123#9{1,2}$/);
});

it('a script can wait for digits that are sent as tones', async () => {
  const call = createFakeChannel({
    script: [{ on: 'digits', do: (caller) => caller.hangUp() }],
  });
  await call.run(async (channel) => {
    await channel.answer();
    await channel.dtmfPlayer.play('42', { method: 'INBAND' });
    await channel.sleep(5000);
  });
  expect(call.caller.steps.map(({ step, detail }) => [step, detail])).toContainEqual(['digits', '42']);
  expect(call.caller.heard()).toMatchObject([{ file: 'digits:42' }]);
});

it('digits that a caller presses come to a loop', async () => {
  const call = createFakeChannel({ script: [{ on: 'answer', do: (caller) => caller.press('1,23#') }] });
  let heard = '';
  await call.run(async (channel) => {
    await channel.answer();
    for await (const digit of channel.digits()) {
      heard += digit;
      if (digit === '#') break;
    }
  });
  expect(heard).toBe('123#');
});
