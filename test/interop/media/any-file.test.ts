import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isHangup, type Media } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';
import { childrenOf } from '../../support/children.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { type Phone, startPhone } from '../../support/phone.ts';
import { soundMs } from '../../support/sound-length.ts';
import { KINDS, makeKind, makeSound, SOUND_HERTZ } from '../../support/sounds-of-kinds.ts';
import { strongestTone } from '../../support/tone.ts';
import { until } from '../../support/until.ts';

const SECONDS = 2;
const PLAYED = ['mp3', 'Ogg Opus', 'FLAC', 'AAC in MP4', 'ADPCM in WAV'] as const;

let playing: Phone;
let listening: Phone;
beforeAll(async () => {
  playing = await startPhone();
  listening = await startPhone();
  for (const kind of PLAYED) await makeKind(playing.folder, SECONDS, kind);
});
afterAll(async () => {
  await playing[Symbol.asyncDispose]();
  await listening[Symbol.asyncDispose]();
});

/** What the caller hears of something that is played to it. */
async function heard(media: Media): Promise<Int16Array> {
  playing.ua.onCall(async (channel) => {
    await channel.answer();
    await channel.filePlayer.play(media);
    await channel.hangUp();
  });
  const channel = listening.ua.channel();
  await channel.call(playing.ua.uri);
  await channel.fileRecorder.record('heard.wav', { format: 'PCM16', ifExists: 'overwrite' }).catch((error: unknown) => {
    if (!isHangup(error)) throw error;
  });
  const file = await readFile(join(listening.folder, 'heard.wav'));
  return Int16Array.from({ length: (file.length - 44) >> 1 }, (_, index) => file.readInt16LE(44 + 2 * index));
}

/** The tone is heard, nothing but the tone, and as long as it is. */
async function expectTone(media: Media): Promise<void> {
  const samples = await heard(media);
  expect(strongestTone(samples, 8000, SOUND_HERTZ)).toBeGreaterThan(0.98);
  const loud = samples.filter((sample) => Math.abs(sample) > 1000).length;
  // A sine of this size is above that in all but a sixteenth of its samples.
  expect(loud / 8000).toBeGreaterThan(SECONDS * 0.85);
  expect(loud / 8000).toBeLessThan(SECONDS * 1.02);
  expect(await childrenOf()).toEqual([]);
}

describeWithPeer('ffmpeg', 'a file that is no WAV file', () => {
  it.each(PLAYED)('is heard at the far end as %s', async (kind) => {
    await expectTone({ file: KINDS[kind][0] });
  });

  it('is heard at the far end as a recording', async () => {
    await expectTone({ recording: KINDS['ADPCM in WAV'][0] });
  });

  it('is refused before anything is heard when only its first bytes are there, also in a list', async () => {
    const cut = await Promise.all(
      PLAYED.map(async (kind) => {
        const [name] = KINDS[kind];
        await writeFile(
          join(playing.folder, `cut-${name}`),
          (await readFile(join(playing.folder, name))).subarray(0, 24),
        );
        return `cut-${name}`;
      }),
    );
    const refused: unknown[] = [];
    playing.ua.onCall(async (channel) => {
      await channel.answer();
      for (const name of cut) {
        for (const media of [name, [KINDS.mp3[0], name]]) {
          refused.push(await channel.filePlayer.play(media).catch(({ code }: { code: unknown }) => code));
        }
      }
      await channel.hangUp();
    });
    const channel = listening.ua.channel();
    await channel.call(playing.ua.uri);
    await channel.fileRecorder.record('refused.wav', { ifExists: 'overwrite' }).catch(() => undefined);
    expect(refused).toEqual(cut.flatMap(() => ['FILE_INVALID', 'FILE_INVALID']));
    expect(soundMs(await readFile(join(listening.folder, 'refused.wav')))).toBe(0);
    expect(await childrenOf()).toEqual([]);
  });

  it('is heard at the far end from memory', async () => {
    await expectTone({ buffer: await readFile(join(playing.folder, KINDS.mp3[0])) });
  });

  it('is heard at the far end from a web server', async () => {
    const opus = await readFile(join(playing.folder, KINDS['Ogg Opus'][0]));
    const server = createServer((_, response) => void response.setHeader('connection', 'close').end(opus));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expectTone({ url: `http://127.0.0.1:${port}/hello.opus` });
    await new Promise((resolve) => server.close(resolve));
  });

  it('leaves no process when the far end hangs up while it is played', async () => {
    await makeSound(playing.folder, 300, 'long.mp3');
    let over: Promise<unknown> = Promise.resolve();
    const running = new Promise<void>((resolve) => {
      playing.ua.onCall(async (channel) => {
        await channel.answer();
        over = channel.filePlayer.play({ file: 'long.mp3' });
        resolve();
        await over;
      });
    });
    const channel = listening.ua.channel();
    await channel.call(playing.ua.uri);
    await running;
    await until('ffmpeg', async () => (await childrenOf()).length > 0);
    await channel.hangUp();
    await expect(over).rejects.toSatisfy(isHangup);
    await until('the end of ffmpeg', async () => (await childrenOf()).length === 0);
  });

  it('is played the same way every time on the network in memory', async () => {
    const journals: string[] = [];
    for (let run = 0; run < 2; run++) {
      await using network = createTestNetwork({ seed: 5 });
      const answering = await network.userAgent({ mediaDirectory: playing.folder });
      const calling = await network.userAgent({ mediaDirectory: listening.folder });
      answering.onCall(async (channel) => {
        await channel.answer();
        await channel.filePlayer.play([{ file: KINDS.mp3[0] }, { file: KINDS['Ogg Opus'][0] }]);
        await channel.hangUp();
      });
      const channel = calling.channel();
      await channel.call(answering.uri);
      await channel.waitForIdle();
      const seconds = network.clock.now() / 1000;
      expect(Math.abs(seconds - 2 * SECONDS)).toBeLessThan(1);
      journals.push(network.journal);
    }
    expect(journals[0]).toBe(journals[1]);
  });
});
