import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { createTestNetwork } from '../../../src/testing.ts';

/** A directory of sounds, each so many milliseconds long. */
async function soundsIn(folder: string, sounds: Readonly<Record<string, number>>): Promise<string> {
  for (const [name, ms] of Object.entries(sounds)) {
    const file = join(folder, 'sounds', name);
    await mkdir(dirname(file), { recursive: true });
    // A rate of 8000 Hz in µ-law is a byte for each of 8 samples in a millisecond; 0xff is silence.
    await writeFile(file, name.endsWith('.ulaw') ? new Uint8Array(8 * ms).fill(0xff) : toneWav(440, ms, 8000));
  }
  return join(folder, 'sounds');
}

it('sounds, numbers and digits are played from what is installed, in the language of the channel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-sounds-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const directories = await soundsIn(folder, {
    'en/vm-intro.wav': 400,
    'de/vm-intro.wav': 600,
    'de/bare.ulaw': 300,
    'en/digits/40.wav': 200,
    'en/digits/2.wav': 100,
    'de/digits/2-and.wav': 300,
    'de/digits/40.wav': 500,
  });
  await using network = createTestNetwork();
  const ua = await network.userAgent({ sounds: { directories }, mediaDirectory: folder });
  const phone = await network.userAgent({ mediaDirectory: folder });
  expect(ua.sounds.require('vm-intro', { language: 'de-AT' }).variants).toHaveLength(2);
  phone.onCall(async (channel) => {
    await channel.answer();
    await channel.waitForIdle();
  });
  const channel = ua.channel();
  await channel.call(phone.uri);
  const took = async (media: Parameters<typeof channel.filePlayer.play>[0]): Promise<number> => {
    const from = network.clock.now();
    expect(await channel.filePlayer.play(media)).toBe('NORMAL');
    return Math.round((network.clock.now() - from) / 100) * 100;
  };
  expect(await took({ sound: 'vm-intro' })).toBe(400);
  expect(await took('number:42')).toBe(300);
  channel.language = 'de-AT';
  expect(await took({ sound: 'vm-intro' })).toBe(600);
  expect(await took({ sound: 'vm-intro', language: 'en' })).toBe(400);
  expect(await took({ sound: 'bare' })).toBe(300);
  expect(await took({ number: 42 })).toBe(800);
  expect(await took({ digits: '2,2', language: 'en' })).toBe(700);
  await expect(channel.filePlayer.play({ sound: 'bare', language: 'en' })).rejects.toMatchObject({
    code: 'SOUND_LANGUAGE_MISSING',
  });
  await expect(channel.filePlayer.play({ sound: 'nothing' })).rejects.toMatchObject({ code: 'SOUND_NOT_FOUND' });
  await expect(channel.filePlayer.play({ number: 'abc' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await channel.hangUp();
});

it('a number that is played can be stopped in the middle', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-sounds-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  const directories = await soundsIn(folder, { 'en/digits/40.wav': 400, 'en/digits/2.wav': 400 });
  await using network = createTestNetwork();
  const ua = await network.userAgent({ sounds: { directories } });
  const phone = await network.userAgent();
  phone.onCall(async (channel) => {
    await channel.answer();
    await channel.waitForIdle();
  });
  const channel = ua.channel();
  await channel.call(phone.uri);
  const from = network.clock.now();
  const playing = channel.filePlayer.play({ number: 42 });
  await channel.sleep(500);
  await channel.filePlayer.stop();
  expect(await playing).toBe('ABORTED');
  expect(network.clock.now() - from).toBeLessThanOrEqual(540);
  await channel.hangUp();
});

it('a user agent with a directory of sounds that is not there does not start', async () => {
  await using network = createTestNetwork();
  await expect(network.userAgent({ sounds: { directories: '/no/such/sounds' } })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('/no/such/sounds'),
  });
});
