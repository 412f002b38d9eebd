import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import type { FakeCall } from '../../../../src/testing/fake/fake-call.ts';
import { createFakeChannel } from '../../../../src/testing/fake/fake-channel.ts';
import '../../../../src/testing-vitest.ts';

async function finished(): Promise<FakeCall> {
  const call = createFakeChannel({
    prompts: { 'welcome.wav': 2_000, 'menu.wav': 4_000 },
    script: [{ on: 'play', detail: 'menu.wav', after: 1_500, do: (caller) => caller.press('1#') }],
  });
  await call.run(async (channel: Channel) => {
    await channel.answer();
    await channel.filePlayer.play('welcome.wav');
    await channel.filePlayer.play('menu.wav', { bargeIn: true });
    await channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 5_000 });
  });
  return call;
}

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail('the matcher did not complain');
}

const TIMELINE = /\n\nthe call:\n +ms +application +caller\n/;

describe('toHaveHeard()', () => {
  it('takes a file, a list in order, and what must be true of each', async () => {
    const call = await finished();
    expect(call).toHaveHeard('menu.wav');
    expect(call.caller).toHaveHeard('welcome.wav', { complete: true });
    expect(call).toHaveHeard(['welcome.wav', 'menu.wav']);
    expect(call).toHaveHeard(['welcome.wav', { file: 'menu.wav', complete: false, playedMs: 1_500 }]);
    expect(call).toHaveHeard(expect.stringContaining('menu'), { durationMs: expect.any(Number) });
    expect(call).toHaveHeard([expect.anything(), { startedAt: 2_000 }]);
  });

  it('is not content with another file, order, number or extent', async () => {
    const call = await finished();
    expect(call).not.toHaveHeard('bye.wav');
    expect(call).not.toHaveHeard('menu.wav', { complete: true });
    expect(call).not.toHaveHeard(['menu.wav', 'welcome.wav']);
    expect(call).not.toHaveHeard(['welcome.wav']);
    expect(call).not.toHaveHeard(['welcome.wav', 'menu.wav'], { complete: true });
    expect(call).not.toHaveHeard([]);
    expect(createFakeChannel()).toHaveHeard([]);
  });

  it('says what was heard, and shows the call', async () => {
    const call = await finished();
    const missing = messageOf(() => expect(call).toHaveHeard(['menu.wav', { complete: true }], { startedAt: 0 }));
    expect(missing.split('\n').slice(0, 4)).toEqual([
      'expected the caller to have heard exactly "menu.wav", then { complete: true }, each with { startedAt: 0 }',
      'heard:',
      '  "welcome.wav" at 0 ms: complete, 2000 of 2000 ms',
      '  "menu.wav" at 2000 ms: cut off, 1500 of 4000 ms',
    ]);
    expect(missing).toMatch(TIMELINE);
    const there = messageOf(() => expect(call).not.toHaveHeard(expect.stringContaining('menu')));
    expect(there).toMatch(/^expected the caller not to have heard StringContaining "menu"\nheard:\n/);
    expect(messageOf(() => expect(createFakeChannel()).toHaveHeard('a.wav'))).toContain('heard:\n  nothing\n');
  });
});

describe('toHavePressed()', () => {
  it('compares all keys', async () => {
    const { caller } = await finished();
    expect(caller).toHavePressed('1#');
    expect(caller).toHavePressed(/^1/);
    expect(caller).toHavePressed(expect.stringMatching('#'));
    expect(caller).not.toHavePressed('1');
  });

  it('says which were pressed', async () => {
    const call = await finished();
    const wrong = messageOf(() => expect(call).toHavePressed('2'));
    expect(wrong).toMatch(/^expected the caller to have pressed "2"\npressed: "1#"\n/);
    expect(wrong).toMatch(TIMELINE);
    expect(messageOf(() => expect(call).not.toHavePressed(/1/))).toMatch(
      /^expected the caller not to have pressed \/1\/\n\n/,
    );
    expect(messageOf(() => expect(createFakeChannel()).toHavePressed('2'))).toContain('pressed: nothing');
  });
});

describe('toHaveEnded()', () => {
  it('compares the fields that are named', async () => {
    const call = await finished();
    expect(call).toHaveEnded();
    expect(call).toHaveEnded({ by: 'local', cause: 'NORMAL' });
    expect(call).not.toHaveEnded({ by: 'remote' });
    expect(createFakeChannel()).not.toHaveEnded();
    const refused = createFakeChannel({ direction: 'outbound', callee: { outcome: 486, reason: 'Engaged' } });
    await refused.run((channel) => channel.call('sip:alice@example.com'));
    expect(refused.caller).toHaveEnded({ cause: 'BUSY', status: 486, reason: expect.stringMatching(/^Eng/) });
  });

  it('says how the call ended', async () => {
    const call = await finished();
    const wrong = messageOf(() => expect(call).toHaveEnded({ by: 'remote', status: 486 }));
    expect(wrong).toMatch(
      /^expected the call to have ended with \{ by: "remote", status: 486 \}\nit ended with \{ by: "local", .*cause: "NORMAL" \}\n/,
    );
    expect(wrong).toMatch(TIMELINE);
    expect(messageOf(() => expect(call).not.toHaveEnded())).toMatch(
      /^expected the call not to have ended\nit ended with/,
    );
    expect(messageOf(() => expect(createFakeChannel()).toHaveEnded())).toMatch(
      /^expected the call to have ended\nit has not ended\n/,
    );
  });
});

describe('a matcher for calls', () => {
  it.each([undefined, 'a.wav', {}, { caller: {} }])('says what it wants instead of %j', (value) => {
    expect(messageOf(() => expect(value).toHaveHeard('a.wav'))).toMatch(
      /^toHaveHeard\(\) looks at a fake call: expect\(call\)\.toHaveHeard/,
    );
  });

  it.each<[string, (call: FakeCall) => void, string]>([
    [
      'a field that prompts do not have',
      (call) => expect(call).not.toHaveHeard('welcome.wav', { complet: true } as object),
      'toHaveHeard() has no option "complet"; did you mean complete?',
    ],
    [
      'such a field in a list',
      (call) => expect(call).toHaveHeard(['welcome.wav', { files: 'menu.wav' } as object]),
      'toHaveHeard() has no option "files"; did you mean file?',
    ],
    [
      'a RegExp for a file',
      (call) => expect(call).not.toHaveHeard(/nothing/ as object),
      'toHaveHeard() takes no RegExp here; use expect.stringMatching(/nothing/)',
    ],
    [
      'nothing',
      (call) => expect(call).not.toHaveHeard(undefined as unknown as string),
      'the options of toHaveHeard() must be an object, not undefined',
    ],
    [
      'a field that ends do not have',
      (call) => expect(call).not.toHaveEnded({ cuase: 'BUSY' } as object),
      'toHaveEnded() has no option "cuase"; did you mean cause?',
    ],
    [
      'a cause for a reason',
      (call) => expect(call).not.toHaveEnded({ reason: 'BUSY' }),
      "such as 'Busy Here'; did you mean cause: 'BUSY'?",
    ],
    [
      'a number of keys',
      (call) => expect(call).not.toHavePressed(1 as unknown as string),
      "toHavePressed() takes keys, such as '1#', not 1",
    ],
  ])('refuses %s, also after not', async (_, check, message) => {
    const call = await finished();
    expect(messageOf(() => check(call))).toContain(message);
  });

  it('takes the name of a cause for a reason when the far end has said so', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: { outcome: 486, reason: 'BUSY' } });
    await call.run((channel) => channel.call('sip:alice@example.com'));
    expect(call).toHaveEnded({ reason: 'BUSY' });
  });

  it('folds the middle of a long call', async () => {
    const call = createFakeChannel();
    for (let line = 0; line < 100; line++) call.channel.journal.note(`line ${line}`);
    const message = messageOf(() => expect(call).toHaveHeard('a.wav'));
    expect(message).toMatch(/note: line 18\n… 41 lines more …\n +0 {2}note: line 60\n/);
  });

  it('works within other matchers', async () => {
    expect({ first: await finished() }).toEqual({ first: expect.toHavePressed('1#') });
  });
});
