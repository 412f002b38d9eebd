import { createFakeChannel, everyHangup } from 'offhook/testing';
import 'offhook/testing/vitest';
import { describe, expect, test } from 'vitest';
import { ivr } from './ivr.ts';
import { frequency, loudest, parseWav } from './wav.ts';

const prompts = {
  'greeting.wav': 2_000,
  'language.wav': 3_000,
  'en/account.wav': 4_000,
  'en/wrong.wav': 1_000,
  'en/record.wav': 2_500,
  'en/keep.wav': 3_500,
  'en/goodbye.wav': 1_500,
  'de/account.wav': 4_500,
  'de/record.wav': 2_800,
  'de/keep.wav': 3_800,
  'de/goodbye.wav': 1_700,
};

type Call = ReturnType<typeof createFakeChannel>;

/** Plays the caller up to the start of the first recording. */
async function upToRecording({ caller }: Call): Promise<void> {
  await caller.waitForPrompt('language.wav');
  await caller.silence(1_000);
  await caller.press('1');
  await caller.waitForPrompt('en/account.wav');
  await caller.silence(1_000);
  await caller.press('1234#');
  await caller.waitFor('record');
}

describe('happy path', () => {
  test('the prompts are heard in order', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak(2_000);
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.silence(500);
    await call.caller.press('1');
    expect(await result).toBe('kept');

    expect(call).toHaveHeard([
      { file: 'greeting.wav', complete: true, startedAt: 0 },
      { file: 'language.wav', complete: false, playedMs: 1_000 },
      { file: 'en/account.wav', complete: false },
      'en/record.wav',
      { file: 'message.wav', complete: true, durationMs: 2_000 },
      { file: 'en/keep.wav', playedMs: 500 },
      expect.stringMatching(/goodbye/),
    ]);
    expect(call).toHavePressed('11234##1');
    expect(call).toHaveEnded({ by: 'local', cause: 'NORMAL' });
    call.caller.assertAllDone();
  });

  test('the timeline', async () => {
    const call = createFakeChannel({
      prompts,
      script: [
        { on: 'play', detail: 'language.wav', after: 500, do: (caller) => caller.press('1') },
        { on: 'play', detail: 'en/account.wav', after: 500, do: (caller) => caller.press('1234#') },
        { on: 'record', do: (caller) => caller.speak(2_000) },
        { on: 'play', detail: 'en/keep.wav', after: 500, do: (caller) => caller.press('1') },
      ],
    });
    expect(await call.run(ivr)).toBe('kept');
    call.caller.assertAllDone();
    expect(call.timeline()).toMatchSnapshot();
    expect(call.channel.journal.entries.map(({ kind }) => kind)).toMatchSnapshot();
    expect(call.channel.journal.entries.at(-1)?.kind).toBe('done');
  });
});

describe('keys', () => {
  test('key 2 speaks German', async () => {
    const call = createFakeChannel({
      prompts,
      script: [
        { on: 'play', detail: 'language.wav', after: 100, do: (caller) => caller.press('2') },
        { on: 'play', detail: 'de/account.wav', after: 100, do: (caller) => caller.press('1234#') },
        { on: 'record', do: (caller) => caller.speak(1_000) },
        { on: 'play', detail: 'de/keep.wav', after: 100, do: (caller) => caller.press('1') },
      ],
    });
    expect(await call.run(ivr)).toBe('kept');
    expect(call).toHaveHeard('de/goodbye.wav');
    expect(call).toHaveHeard('de/goodbye.wav', { complete: true, playedMs: 1_700 });
    expect(call).not.toHaveHeard('en/goodbye.wav');
    expect(call).not.toHaveHeard(expect.stringContaining('en/'));
  });

  test('typing ahead over the greeting', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await call.caller.waitForPrompt('greeting.wav');
    await call.caller.press('11234#');
    await call.caller.waitFor('record');
    await call.caller.speak(1_000);
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.press('1');
    expect(await result).toBe('kept');
    expect(call).toHaveHeard('greeting.wav', { complete: true });
    expect(call).not.toHaveHeard(expect.stringContaining('wrong'));
    expect(call.caller).toHavePressed(/^11234#/);
    // Keys from before a prompt do not barge in: these are heard to their ends.
    expect(call).toHaveHeard('language.wav', { complete: true });
    expect(call).toHaveHeard('en/account.wav', { complete: true });
  });

  test('typing ahead over the first prompt that can be interrupted', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await call.caller.waitForPrompt('language.wav');
    await call.caller.press('11234#');
    await call.caller.waitFor('record');
    await call.caller.hangUp();
    await result;
    expect(call).toHaveHeard('en/account.wav', { complete: false });
    expect(call).not.toHaveHeard('en/wrong.wav');
  });

  test('a pause inside the number that is too long', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await call.caller.waitForPrompt('language.wav');
    await call.caller.press('1');
    await call.caller.waitForPrompt('en/account.wav');
    await call.caller.press('12,,,,,,,,34#');
    expect(await result).toBe('no-account');
  });

  test('a wrong number, then the right one', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await call.caller.waitForPrompt('language.wav');
    await call.caller.press('1');
    await call.caller.waitForPrompt('en/account.wav');
    await call.caller.press('9999#');
    await call.caller.waitForPrompt('en/account.wav');
    await call.caller.press('1234#');
    await call.caller.waitFor('record');
    await call.caller.hangUp();
    await result;
    expect(call.caller.heard().filter(({ file }) => file === 'en/wrong.wav')).toHaveLength(1);
    expect(call).toHaveEnded({ by: 'remote' });
  });

  test('a wrong number twice', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await call.caller.waitForPrompt('language.wav');
    await call.caller.press('1');
    await call.caller.waitForPrompt('en/account.wav');
    await call.caller.press('9999#');
    await call.caller.waitForPrompt('en/account.wav');
    await call.caller.press('12345#');
    expect(await result).toBe('no-account');
    expect(call).toHaveHeard([
      'greeting.wav',
      'language.wav',
      'en/account.wav',
      { file: 'en/wrong.wav', complete: true },
      'en/account.wav',
      { file: 'en/wrong.wav', complete: true },
      'en/goodbye.wav',
    ]);
    expect(call.files.names).toEqual([]);
    expect(call).toHaveEnded({ by: 'local' });
  });
});

describe('silence', () => {
  test('three tries for the language, and their virtual time', async () => {
    const call = createFakeChannel({ prompts });
    expect(await call.run(ivr)).toBe('no-language');
    expect(call).toHaveHeard(['greeting.wav', 'language.wav', 'language.wav', 'language.wav', 'en/goodbye.wav']);
    expect(call.caller.heard().map(({ startedAt }) => startedAt)).toEqual([0, 2_000, 10_000, 18_000, 26_000]);
    expect(call.clock.now()).toBe(2_000 + 3 * (3_000 + 5_000) + 1_500);
    expect(call).toHavePressed('');
    expect(call).toHaveEnded();
  });

  test('a key after 4.9 s is in time', async () => {
    const call = createFakeChannel({ prompts, time: 'manual' });
    const result = call.run(ivr);
    await call.clock.advance(2_000 + 3_000 + 4_900);
    expect(call.caller.heard()).toHaveLength(2);
    await call.caller.press('1');
    await call.clock.advance(50);
    expect(call).toHaveHeard('en/account.wav');
    call.clock.time = 'automatic';
    expect(await result).toBe('no-account');
    expect(call.caller.heard().filter(({ file }) => file === 'language.wav')).toHaveLength(1);
  });
});

describe('message', () => {
  test('what the recording holds', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak({ tone: 440, ms: 2_000 });
    expect(await result).toBe('no-message'); // nobody said to keep it
    expect(call).toHaveHeard('message.wav', { durationMs: 5_000 });

    expect(call.files.names).toEqual(['message.wav']);
    const wav = parseWav(call.files.read('message.wav'));
    expect(wav).toMatchObject({ rate: 8_000, channels: 1, bits: 16, ms: 5_000 });
    const tone = wav.samples.subarray(0, 2 * wav.rate);
    expect(frequency(tone, wav.rate)).toBeCloseTo(440, -1);
    expect(loudest(tone)).toBeGreaterThan(1_000);
    expect(loudest(wav.samples.subarray(2 * wav.rate))).toBe(0);
  });

  test('recording again replaces the first message', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak({ tone: 440, ms: 3_000 });
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.press('2');
    await call.caller.waitFor('record');
    await call.caller.speak({ tone: 880, ms: 1_000 });
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.press('1');
    expect(await result).toBe('kept');
    const played = call.caller.heard().filter(({ file }) => file === 'message.wav');
    expect(played.map(({ playedMs }) => playedMs)).toEqual([3_000, 1_000]);
    const wav = parseWav(call.files.read('message.wav'));
    expect(wav.ms).toBe(1_000);
    expect(frequency(wav.samples, wav.rate)).toBeCloseTo(880, -1);
  });

  test('the length of the call', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak(120_000);
    await call.caller.press('#');
    await result;
    expect(call.clock.now()).toBe(
      2_000 + 1_000 + 1_000 + 100 + 4 * 200 + 2_500 + 120_000 + 120_000 + 3_500 + 5_000 + 1_500,
    );
  });
});

describe('hang-up', () => {
  const script: NonNullable<Parameters<typeof everyHangup>[1]>['script'] = [
    { on: 'play', detail: 'language.wav', after: 300, do: (caller) => caller.press('1') },
    { on: 'play', detail: 'en/account.wav', after: 300, do: (caller) => caller.press('9999#') },
    { on: 'play', detail: 'en/account.wav', after: 300, do: (caller) => caller.press('1234#') },
    { on: 'record', do: (caller) => caller.speak(1_000) },
    { on: 'play', detail: 'en/keep.wav', after: 300, do: (caller) => caller.press('2') },
    { on: 'record', do: (caller) => caller.speak(1_000) },
    { on: 'play', detail: 'en/keep.wav', after: 300, do: (caller) => caller.press('1') },
  ];

  test('at any moment, with all keys', async () => {
    const { runs, points } = await everyHangup(ivr, { prompts, script });
    expect(runs).toBeGreaterThan(40);
    for (const step of [
      'greeting.wav',
      'language.wav',
      'en/account.wav',
      'en/wrong.wav',
      'message.wav',
      'en/keep.wav',
      'en/goodbye.wav',
    ]) {
      expect(
        points.some(({ after }) => after.includes(step)),
        step,
      ).toBe(true);
    }
  });

  test('at any moment, with a silent caller', async () => {
    const { runs } = await everyHangup(ivr, { prompts });
    expect(runs).toBeGreaterThan(10);
  });

  test.each(['greeting.wav', 'language.wav', 'en/account.wav', 'en/record.wav', 'message.wav', 'en/keep.wav'])(
    'during %s',
    async (file) => {
      const call = createFakeChannel({
        prompts,
        script: [{ on: 'play', detail: file, after: 200, do: (caller) => caller.hangUp() }],
      });
      const result = call.run(ivr);
      if (file !== 'greeting.wav' && file !== 'language.wav') {
        await call.caller.waitForPrompt('language.wav');
        await call.caller.press('1');
        if (file !== 'en/account.wav') {
          await call.caller.waitForPrompt('en/account.wav');
          await call.caller.press('1234#');
        }
      }
      expect(await result).toBeUndefined();
      expect(call).toHaveHeard(file, { complete: false, playedMs: 200 });
      expect(call).toHaveEnded({ by: 'remote', cause: 'NORMAL' });
    },
  );
});
