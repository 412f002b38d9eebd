import { type CalleePlan, createFakeChannel, type FakeCall } from 'offhook/testing';
import 'offhook/testing/vitest';
import { expect, test } from 'vitest';
import { type Reminded, remind } from './reminder-call.ts';

const ALICE = 'sip:alice@example.com';
const prompts = { 'your-message.wav': 5_000, 'goodbye.wav': 800 };

/** Reminds somebody whose line does as planned. The pauses of the program follow the clock of the call. */
async function remindAlice(callee: CalleePlan | CalleePlan[], key = ''): Promise<[Reminded | undefined, FakeCall]> {
  const call = createFakeChannel({
    prompts,
    direction: 'outbound',
    callee,
    script: key === '' ? [] : [{ on: 'play', after: 1_000, do: (caller) => caller.press(key) }],
  });
  using _ = call.clock.install();
  return [await call.run((channel) => remind(channel, ALICE)), call];
}

const attempts = ({ caller }: FakeCall): number => caller.steps.filter(({ step }) => step === 'call').length;

test('a busy line is tried again after ten seconds', async () => {
  const [outcome, call] = await remindAlice(['BUSY', 'BUSY', { outcome: 'ANSWERED', after: 4_000 }], '1');
  expect(outcome).toBe('confirmed');
  expect(attempts(call)).toBe(3);
  expect(call).toHaveHeard([
    { file: 'your-message.wav', playedMs: 1_000, startedAt: 24_000 },
    { file: 'goodbye.wav', complete: true },
  ]);
});

test('a line that is busy for a minute is given up', async () => {
  const [outcome, call] = await remindAlice('BUSY');
  expect(outcome).toBe('unreachable');
  expect(attempts(call)).toBe(7);
  expect(call).toHaveEnded({ cause: 'BUSY' });
});

test('a refusal and a telephone that nobody answers are final', async () => {
  for (const callee of ['REJECTED', 'TIMEOUT', 404] as const) {
    const [outcome, call] = await remindAlice(callee);
    expect([outcome, attempts(call)]).toEqual(['unreachable', 1]);
  }
});

test('who answers and presses nothing has heard it', async () => {
  const [outcome, call] = await remindAlice('ANSWERED');
  expect(outcome).toBe('heard');
  expect(call).toHaveHeard('your-message.wav', { complete: true });
});
