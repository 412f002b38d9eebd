import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../../bench/tone-wav.ts';
import { createFakeChannel, type FakeChannelOptions } from '../../../../src/testing.ts';
import { channelsOf } from '../../../support/sound-length.ts';
import { strongestTone, toneShare } from '../../../support/tone.ts';

const RATE = 8000;

async function recorded(options: FakeChannelOptions = {}) {
  const call = createFakeChannel({
    time: 'manual',
    prompts: { 'tone.wav': toneWav(900, 500), 'hum.wav': 500 },
    ...options,
  });
  await call.channel.answer();
  await call.channel.wholeCallRecorder.start('call.wav');
  return call;
}

function sides(wav: Uint8Array): readonly [Int16Array, Int16Array] {
  const { channels } = channelsOf(wav);
  expect(channels).toHaveLength(2);
  return channels as readonly [Int16Array, Int16Array];
}

function at(samples: Int16Array, from: number, ms: number): Int16Array {
  return samples.subarray(from * 8, (from + ms) * 8);
}

function isSilent(samples: Int16Array): boolean {
  // A-law has no zero.
  return samples.every((sample) => Math.abs(sample) <= 8);
}

describe('a recording of a whole fake call', () => {
  it('has the caller on the left and the prompts on the right, each when it was', async () => {
    const { channel, caller, files, clock } = await recorded();
    await caller.speak({ tone: 400, ms: 300 });
    await clock.advance(200);
    const playing = channel.filePlayer.play('tone.wav');
    await clock.advance(200);
    await caller.speak({ tone: 400, ms: 100 });
    await clock.advance(400);
    await playing;
    await caller.hangUp();
    expect(await channel.wholeCallRecorder.waitUntilFinished()).toBe('HANGUP');
    const [left, right] = sides(files.read('call.wav'));
    expect(left.length / 8).toBe(1200);
    expect(toneShare(at(left, 0, 300), RATE, 400)).toBeGreaterThan(0.99);
    expect(isSilent(at(left, 300, 400))).toBe(true);
    expect(toneShare(at(left, 700, 100), RATE, 400)).toBeGreaterThan(0.99);
    expect(isSilent(at(right, 0, 500))).toBe(true);
    expect(toneShare(at(right, 500, 500), RATE, 900)).toBeGreaterThan(0.99);
    expect(isSilent(at(right, 1000, 200))).toBe(true);
    expect(channel.journal.entries.filter(({ kind }) => kind === 'recorded')).toMatchObject([
      { file: 'call.wav', cause: 'HANGUP', ms: 1200, sound: true },
    ]);
  });

  it('has a quiet hum for a prompt that is only a length, as long as it played', async () => {
    const { channel, files, clock } = await recorded();
    const playing = channel.filePlayer.play('hum.wav');
    await clock.advance(300);
    await channel.filePlayer.stop();
    await playing;
    await clock.advance(200);
    await channel.wholeCallRecorder.stop();
    const [left, right] = sides(files.read('call.wav'));
    expect(isSilent(left)).toBe(true);
    expect(toneShare(at(right, 0, 300), RATE, 200)).toBeGreaterThan(0.98);
    expect(isSilent(at(right, 300, 200))).toBe(true);
  });

  it('has on the right what is echoed, and a prompt in a loop until it is stopped', async () => {
    const { channel, caller, files, clock } = await recorded();
    const echo = channel.echo({ timeout: 500 });
    await caller.speak({ tone: 400, ms: 200 });
    await clock.advance(300);
    await echo;
    await caller.speak({ tone: 400, ms: 100 });
    const playing = channel.filePlayer.play('tone.wav', { loop: true });
    await clock.advance(1200);
    await channel.filePlayer.stop();
    await playing;
    await clock.advance(100);
    await channel.wholeCallRecorder.stop();
    const [left, right] = sides(files.read('call.wav'));
    expect(at(right, 0, 500)).toEqual(at(left, 0, 500));
    expect(isSilent(at(right, 500, 100))).toBe(true);
    expect(toneShare(at(right, 600, 1200), RATE, 900)).toBeGreaterThan(0.99);
    expect(isSilent(at(right, 1800, 100))).toBe(true);
  });

  it('has silence on the right while the caller holds', async () => {
    const { channel, caller, files, clock } = await recorded();
    const playing = channel.filePlayer.play('tone.wav');
    await clock.advance(200);
    await caller.hold();
    await clock.advance(200);
    await caller.resume();
    await clock.advance(100);
    await playing;
    await channel.wholeCallRecorder.stop();
    const [, right] = sides(files.read('call.wav'));
    expect(strongestTone(at(right, 0, 200), RATE, 900)).toBeGreaterThan(0.99);
    expect(isSilent(at(right, 220, 160))).toBe(true);
    expect(strongestTone(at(right, 400, 100), RATE, 900, 80)).toBeGreaterThan(0.99);
  });

  it('does not end for silence while a prompt plays on and on', async () => {
    const { channel, clock } = createFakeChannel({ time: 'manual', prompts: { 'hum.wav': 500 } });
    await channel.answer();
    const recording = channel.wholeCallRecorder.record('call.wav', { maxSilence: 1000 });
    const playing = channel.filePlayer.play('hum.wav', { loop: true });
    await clock.advance(60_000);
    expect(channel.wholeCallRecorder.state).toBe('RECORDING');
    await channel.filePlayer.stop();
    await playing;
    await clock.advance(1020);
    expect(await recording).toBe('SILENCE');
  });

  it('can play itself while it grows', async () => {
    const { channel, caller, files, clock } = await recorded();
    await caller.speak({ tone: 400, ms: 300 });
    const playing = channel.filePlayer.play('call.wav');
    await clock.advance(300);
    expect(await playing).toBe('NORMAL');
    await channel.wholeCallRecorder.stop();
    expect(sides(files.read('call.wav'))[0].length / 8).toBe(600);
  });

  it('is a step that a test can wait for, and is left undone when nobody ends it', async () => {
    const call = await recorded();
    await call.caller.waitFor('recordCall', 'call.wav');
    expect(() => call.caller.assertAllDone()).toThrow('a recording of the whole call runs');
  });
});
