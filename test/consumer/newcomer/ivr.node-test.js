// The tests of ivr.test.ts once more, for node:test.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFakeChannel, everyHangup } from 'offhook/testing';
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
};

const files = (call) => call.caller.heard().map(({ file }) => file);
const of = (call, name) => call.caller.heard().filter(({ file }) => file === name);

async function upToRecording({ caller }) {
  await caller.waitForPrompt('language.wav');
  await caller.silence(1_000);
  await caller.press('1');
  await caller.waitForPrompt('en/account.wav');
  await caller.silence(1_000);
  await caller.press('1234#');
  await caller.waitFor('record');
}

test('happy path', async () => {
  const call = createFakeChannel({ prompts });
  const result = call.run(ivr);
  await upToRecording(call);
  await call.caller.speak(2_000);
  await call.caller.press('#');
  await call.caller.waitForPrompt('en/keep.wav');
  await call.caller.silence(500);
  await call.caller.press('1');
  assert.equal(await result, 'kept');
  assert.deepEqual(files(call), [
    'greeting.wav',
    'language.wav',
    'en/account.wav',
    'en/record.wav',
    'message.wav',
    'en/keep.wav',
    'en/goodbye.wav',
  ]);
  assert.equal(of(call, 'language.wav')[0].playedMs, 1_000);
  assert.equal(of(call, 'message.wav')[0].durationMs, 2_000);
  assert.equal(call.caller.pressed, '11234##1');
  assert.equal(call.caller.ended?.by, 'local');
  assert.equal(call.clock.now(), 2_000 + 1_000 + 1_100 + 800 + 2_500 + 2_000 + 2_000 + 500 + 1_500);
  call.caller.assertAllDone();
});

test('typing ahead over the greeting', async () => {
  const call = createFakeChannel({ prompts });
  const result = call.run(ivr);
  await call.caller.waitForPrompt('greeting.wav');
  await call.caller.press('11234#');
  await call.caller.waitFor('record');
  await call.caller.hangUp();
  assert.equal(await result, undefined);
  assert.deepEqual(files(call), ['greeting.wav', 'language.wav', 'en/account.wav', 'en/record.wav']);
  assert.equal(call.caller.ended?.by, 'remote');
});

test('silence', async () => {
  const call = createFakeChannel({ prompts });
  assert.equal(await call.run(ivr), 'no-language');
  assert.deepEqual(files(call), ['greeting.wav', 'language.wav', 'language.wav', 'language.wav', 'en/goodbye.wav']);
  assert.equal(call.clock.now(), 27_500);
});

test('a wrong number twice', async () => {
  const call = createFakeChannel({ prompts });
  const result = call.run(ivr);
  await call.caller.waitForPrompt('language.wav');
  await call.caller.press('1');
  await call.caller.waitForPrompt('en/account.wav');
  await call.caller.press('9999#');
  await call.caller.waitForPrompt('en/account.wav');
  await call.caller.press('123#');
  assert.equal(await result, 'no-account');
  assert.equal(of(call, 'en/wrong.wav').length, 2);
});

describe('message', () => {
  test('what it holds', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak({ tone: 440, ms: 2_000 });
    assert.equal(await result, 'no-message');
    const { rate, ms, samples } = parseWav(call.files.read('message.wav'));
    assert.equal(ms, 5_000);
    assert.ok(Math.abs(frequency(samples.subarray(0, 2 * rate), rate) - 440) < 5);
    assert.equal(loudest(samples.subarray(2 * rate)), 0);
  });

  test('recording again', async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.speak(3_000);
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.press('2');
    await call.caller.waitFor('record');
    await call.caller.speak({ tone: 880, ms: 1_000 });
    await call.caller.press('#');
    await call.caller.waitForPrompt('en/keep.wav');
    await call.caller.press('1');
    assert.equal(await result, 'kept');
    assert.deepEqual(
      of(call, 'message.wav').map(({ playedMs }) => playedMs),
      [3_000, 1_000],
    );
    assert.equal(parseWav(call.files.read('message.wav')).ms, 1_000);
  });
});

test('the timeline is the same in every run', async () => {
  const run = async () => {
    const call = createFakeChannel({ prompts });
    const result = call.run(ivr);
    await upToRecording(call);
    await call.caller.hangUp();
    await result;
    return [call.timeline(), JSON.stringify(call.channel.journal.entries)];
  };
  assert.deepEqual(await run(), await run());
});

test('the caller hangs up at any moment', async () => {
  const { runs } = await everyHangup(ivr, {
    prompts,
    script: [
      { on: 'play', detail: 'language.wav', after: 300, do: (caller) => caller.press('1') },
      { on: 'play', detail: 'en/account.wav', after: 300, do: (caller) => caller.press('1234#') },
      { on: 'record', do: (caller) => caller.speak(1_000) },
      { on: 'play', detail: 'en/keep.wav', after: 300, do: (caller) => caller.press('1') },
    ],
  });
  assert.ok(runs > 30);
});
