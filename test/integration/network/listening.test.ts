import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toneWav, wavOf } from '../../../bench/tone-wav.ts';
import { inTurn, silence, syllables } from '../../support/made-sound.ts';
import { channelsOf } from '../../support/sound-length.ts';
import { openScene, type Scene } from './scene.ts';

/** A word begins softly: it counts from where one could hear it beside a prompt. */
const LOUD = 1000;

/** When the first and the last sound of one side of a recording is, in milliseconds. */
function soundOf(wav: Buffer, side: 0 | 1): { readonly first: number; readonly last: number } {
  const { channels, rate } = channelsOf(wav);
  const samples = channels[side] ?? new Int16Array(0);
  const loud = [...samples.keys()].filter((index) => Math.abs(samples[index] ?? 0) > LOUD);
  return { first: ((loud[0] ?? Number.NaN) * 1000) / rate, last: ((loud.at(-1) ?? Number.NaN) * 1000) / rate };
}

/**
 * A prompt of ten seconds that ends when the caller speaks, who does so `offsetMs` after a whole second.
 *
 * @returns for how long the caller hears the prompt, and for how long it is sent, from the first word on.
 */
async function bargeIn({ ivr, phone, folder }: Scene, offsetMs: number) {
  const speech = inTurn(silence(1000 + offsetMs), syllables(600));
  await writeFile(join(folder, 'speech.wav'), wavOf(speech));
  const { promise, resolve } = Promise.withResolvers<string>();
  ivr.onCall(async (channel) => {
    await channel.answer();
    await channel.wholeCallRecorder.start('ivr.wav');
    resolve(await channel.filePlayer.play('long.wav', { bargeInOnSpeech: true }));
    await channel.sleep(2000);
    await channel.wholeCallRecorder.stop();
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.wholeCallRecorder.start('phone.wav');
  await channel.filePlayer.play('speech.wav');
  expect(await promise).toBe('BARGEIN');
  await channel.wholeCallRecorder.stop();
  await channel.waitForIdle();
  const [here, there] = [await readFile(join(folder, 'phone.wav')), await readFile(join(folder, 'ivr.wav'))];
  return {
    heardMs: soundOf(here, 0).last - soundOf(here, 1).first,
    sentMs: soundOf(there, 1).last - soundOf(there, 0).first,
  };
}

describe('a prompt that ends when the caller speaks', () => {
  it.each([0, 3, 7, 10, 13, 17])('is off within 60 ms and a packet, %i ms into a frame', async (offsetMs) => {
    await using scene = await openScene({ seed: 3 });
    const { sentMs, heardMs } = await bargeIn(scene, offsetMs);
    expect(sentMs).toBeLessThanOrEqual(80);
    // What the two jitter buffers hold comes on top.
    expect(heardMs).toBeLessThanOrEqual(200);
  });

  it('is played to its end when nobody speaks, although there are keys and clicks', async () => {
    await using scene = await openScene({ seed: 3 });
    const { ivr, phone, folder } = scene;
    const clicks = Int16Array.from({ length: 16_000 }, (_, index) => (index % 1600 < 80 ? 12_000 : 0));
    await writeFile(join(folder, 'clicks.wav'), wavOf(clicks));
    await writeFile(join(folder, 'short.wav'), toneWav(440, 5000));
    const { promise, resolve } = Promise.withResolvers<string>();
    ivr.onCall(async (channel) => {
      await channel.answer();
      resolve(await channel.filePlayer.play('short.wav', { bargeInOnSpeech: true }));
    });
    const channel = phone.channel();
    await channel.call(ivr.uri);
    await channel.filePlayer.play('clicks.wav');
    await channel.dtmfPlayer.play('123');
    await channel.waitForIdle();
    expect(await promise).toBe('NORMAL');
  });
});

describe('who answers over a network in memory', () => {
  it('is a person, a machine, or says nothing', async () => {
    await using scene = await openScene({ seed: 3, latency: 30, jitter: 10 });
    const { ivr, phone, folder } = scene;
    const calls = [
      ['LIVE', syllables(700)],
      ['ANSWER_MACHINE', syllables(4000)],
      ['UNKNOWN', silence(100)],
    ] as const;
    for (const [type, sound] of calls) {
      await writeFile(join(folder, 'greeting.wav'), wavOf(inTurn(silence(400), sound)));
      ivr.onCall(async (channel) => {
        await channel.answer();
        await channel.filePlayer.play('greeting.wav');
        await channel.waitForIdle();
      });
      const channel = phone.channel();
      expect(await channel.call(ivr.uri, { detectMachine: true })).toBe('ANSWERED');
      expect(channel.info.farEndType).toBe(type);
      await channel.hangUp();
    }
  });
});
