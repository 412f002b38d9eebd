import { type CallerScript, createFakeChannel, everyHangup } from 'offhook/testing';
import 'offhook/testing/vitest';
import { expect, test } from 'vitest';
import { drafts, takeNote } from './survives-hangup.ts';

const prompts = { 'leave-message.wav': 2_600, 'beep.wav': 400, 'goodbye.wav': 800 };
const script: CallerScript = [{ on: 'record', after: 500, do: (caller) => caller.speak(3_000) }];

test('a note is read back', async () => {
  const call = createFakeChannel({ prompts, script });
  expect(await call.run((channel) => takeNote(channel, 'note.wav'))).toBe('note.wav');
  expect(call).toHaveHeard(['leave-message.wav', 'beep.wav', 'note.wav', 'goodbye.wav'], { complete: true });
});

test('a hang-up at any moment leaves no draft behind', async () => {
  const { runs, points } = await everyHangup((channel) => takeNote(channel, 'note.wav'), {
    prompts,
    script,
    check: () => expect([...drafts]).toEqual([]),
  });
  expect(runs).toBe(points.length + 1);
  expect(points.length).toBeGreaterThan(10);
});
