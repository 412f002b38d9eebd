import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { espeakSpeech, isChannelError, type SpeechOptions, UserAgent } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { pcmOf, soundMs } from '../../support/sound-length.ts';

const LOOPBACK = { address: '127.0.0.1', port: 0 } as const;
const TEXT = 'Please enter the number of the conference room, and then press the hash key.';
const WINDOW = 160;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-speech-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Said {
  readonly text: string;
  readonly language?: string;
}

/** Calls a user agent that says something, and records what comes. */
async function record(ivr: UserAgent, phone: UserAgent, { text, language }: Said): Promise<string> {
  const failed: unknown[] = [];
  ivr.onCall(async (channel) => {
    await channel.answer();
    await channel.sleep(300);
    await channel.filePlayer.say(text, { language }).catch((error: unknown) => failed.push(error));
    await channel.sleep(300);
  });
  const channel = phone.channel();
  await channel.call(ivr.uri);
  await channel.fileRecorder.record('heard.wav', { timeout: 30_000 });
  if (failed.length > 0) throw failed[0];
  return join(folder, 'heard.wav');
}

/** What arrives over a network in memory, where no stall of the machine changes a sample. */
async function heardOf(said: Said, speech: SpeechOptions): Promise<string> {
  await using network = createTestNetwork({ seed: 1 });
  const ivr = await network.userAgent({ speech: { cacheDirectory: join(folder, 'cache'), ...speech } });
  return await record(ivr, await network.userAgent({ mediaDirectory: folder }), said);
}

/** What sox makes of a file: 8 kHz without the silence at both ends. */
async function trimmed(file: string, name: string): Promise<Int16Array> {
  const out = join(folder, name);
  const silence = ['silence', '1', '0.02', '1%'];
  execFileSync('sox', [file, '-r', '8000', '-b', '16', '-c', '1', out, ...silence, 'reverse', ...silence, 'reverse']);
  return pcmOf(await readFile(out)).samples;
}

/** How loud each piece of 20 ms is. */
function envelope(samples: Int16Array): readonly number[] {
  return Array.from({ length: Math.floor(samples.length / WINDOW) }, (_piece, index) => {
    const piece = samples.subarray(index * WINDOW, (index + 1) * WINDOW);
    return Math.sqrt(piece.reduce((sum, sample) => sum + sample * sample, 0) / WINDOW);
  });
}

/** 1 for two sounds that become louder and softer together; the best of a few shifts. */
function likeness(one: Int16Array, other: Int16Array): number {
  const [a, b] = [envelope(one), envelope(other)];
  const at = (shift: number): number => {
    const pairs = a.flatMap((value, index) =>
      b[index + shift] === undefined ? [] : [[value, b[index + shift] ?? 0] as const],
    );
    const mean = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
    const [meanA, meanB] = [mean(0), mean(1)];
    const sum = (f: (x: number, y: number) => number): number =>
      pairs.reduce((total, [x, y]) => total + f(x - meanA, y - meanB), 0);
    return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_x, y) => y * y));
  };
  return Math.max(...[-3, -2, -1, 0, 1, 2, 3].map(at));
}

async function compare(heard: string, reference: string): Promise<void> {
  const [sent, made] = [await trimmed(heard, 'sent.wav'), await trimmed(reference, 'made.wav')];
  expect(Math.abs(sent.length - made.length) / 8).toBeLessThan(150);
  expect(likeness(sent, made)).toBeGreaterThan(0.95);
}

describeWithPeer(['ffmpeg', 'sox'], 'speech of flite in a call', () => {
  it('is what the flite in ffmpeg says', async () => {
    const heard = await heardOf({ text: TEXT }, {});
    const reference = join(folder, 'reference.wav');
    await writeFile(join(folder, 'text'), TEXT);
    const input = ['-f', 'lavfi', '-i', `flite=textfile=${join(folder, 'text')}:voice=slt`];
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...input, '-c:a', 'pcm_s16le', reference]);
    await compare(heard, reference);
  });
});

describeWithPeer(['espeak-ng', 'sox'], 'speech of eSpeak in a call', () => {
  function reference(text: string, ...args: readonly string[]): string {
    const file = join(folder, 'reference.wav');
    execFileSync('espeak-ng', [...args, '-s', '175', '-w', file, text]);
    return file;
  }

  it('is what the program says by itself, from the program and from the cache', async () => {
    const expected = reference(TEXT, '-v', 'en');
    for (const _time of ['spoken', 'kept']) {
      await compare(await heardOf({ text: TEXT }, { provider: espeakSpeech() }), expected);
    }
  });

  it('comes over sockets', async () => {
    const speech = { provider: espeakSpeech(), cacheDirectory: false } as const;
    await using ivr = await UserAgent.start({ ...LOOPBACK, speech });
    await using phone = await UserAgent.start({ ...LOOPBACK, mediaDirectory: folder });
    // Less than it lasts: a machine that is busy loses some of what comes.
    expect(soundMs(await readFile(await record(ivr, phone, { text: TEXT })))).toBeGreaterThan(1000);
  });

  it('is in the language that is asked for', async () => {
    const text = 'Bitte geben Sie Ihre Nummer ein. Schöne Grüße!';
    const heard = await heardOf({ text, language: 'de-DE' }, { provider: espeakSpeech() });
    await compare(heard, reference(text, '-v', 'de'));
  });

  it('fails with the words of the program when it has not that voice', async () => {
    const failure = await heardOf({ text: TEXT }, { provider: espeakSpeech(), voice: 'nobody' }).catch(
      (error) => error,
    );
    expect(isChannelError(failure) && `${failure.code} ${failure.message}`).toMatch(
      /^SPEECH_FAILED .*voice does not exist/s,
    );
  });
});
