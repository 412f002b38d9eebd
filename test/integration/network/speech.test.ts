import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SpeechProvider } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';
import { pcmOf, soundMs } from '../../support/sound-length.ts';
import { openScene, type Scene } from './scene.ts';

const TEXT = 'Please enter your number. Then press hash.';

/** The far end of a call whose handler says something, and what the handler came to. */
async function hear(
  { ivr, phone, folder }: Scene,
  text: string,
): Promise<{ readonly wav: Buffer; readonly cause: string }> {
  const { promise: said, resolve } = Promise.withResolvers<string>();
  ivr.onCall(async (channel) => {
    await channel.answer();
    await channel.sleep(200);
    const result = channel.filePlayer.say(text);
    resolve(result.catch((error: unknown) => (error as { readonly code: string }).code));
    await result.catch(() => undefined);
    await channel.sleep(200);
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.fileRecorder.record('heard.wav', { timeout: 30_000 });
  return { wav: await readFile(join(folder, 'heard.wav')), cause: await said };
}

const hanging: SpeechProvider = { name: 'hanging', synthesize: () => new Promise(() => undefined) };

describe('speech over a network in memory', () => {
  it('is heard at its length, the same each time, although another thread makes it', async () => {
    const heard: Buffer[] = [];
    for (let time = 0; time < 2; time++) {
      await using scene = await openScene({ seed: 5 });
      const { wav, cause } = await hear(scene, TEXT);
      expect(cause).toBe('NORMAL');
      heard.push(wav);
    }
    const [first = Buffer.alloc(0), second] = heard;
    expect(soundMs(first)).toBeGreaterThan(1500);
    expect(soundMs(first)).toBeLessThan(4000);
    expect(second?.equals(first)).toBe(true);
  });

  it('has pauses that are as long as SSML says', async () => {
    await using scene = await openScene({ seed: 5 });
    const { wav } = await hear(scene, '<speak>One.<break time="2s"/>Two.</speak>');
    const { samples, rate } = pcmOf(wav);
    const loud = Array.from(samples, (sample, index) => (Math.abs(sample) > 500 ? (index * 1000) / rate : 0)).filter(
      (at) => at > 0,
    );
    const longest = Math.max(...loud.map((at, index) => at - (loud[index - 1] ?? at)));
    expect(longest).toBeGreaterThan(2000);
    expect(longest).toBeLessThan(2900);
  });

  it('that never comes is given up in the time of the network, and leaves nothing', async () => {
    await using network = createTestNetwork({ seed: 1 });
    const ivr = await network.userAgent({ speech: { provider: hanging, timeout: 300 } });
    const codes: string[] = [];
    ivr.onCall(async (channel) => {
      await channel.answer();
      const begun = network.clock.now();
      await channel.filePlayer.say('Hello').catch((error: unknown) => codes.push((error as { code: string }).code));
      codes.push(String(network.clock.now() - begun));
    });
    const channel = (await network.userAgent()).channel();
    await channel.call(ivr.uri);
    await channel.waitForIdle();
    expect(codes).toEqual(['SPEECH_TIMEOUT', '300']);
  });

  it('ends when the call does, in the middle of it', async () => {
    const ended: string[] = [];
    await using network = createTestNetwork({ seed: 1 });
    const provider: SpeechProvider = {
      name: 'endless',
      synthesize: () => ({ sampleRate: 8000, audio: endless(ended) }),
    };
    const ivr = await network.userAgent({ speech: { provider } });
    ivr.onCall(async (channel) => {
      await channel.answer();
      await channel.filePlayer.say('for ever');
    });
    const channel = (await network.userAgent()).channel();
    await channel.call(ivr.uri);
    await channel.sleep(2000);
    await channel.hangUp();
    await network.clock.runUntil(() => ended.length > 0);
    expect(ended).toEqual(['ended']);
  });
});

async function* endless(ended: string[]): AsyncGenerator<Int16Array> {
  try {
    for (;;) yield new Int16Array(1600).fill(3000);
  } finally {
    ended.push('ended');
  }
}
