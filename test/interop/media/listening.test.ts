import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavOf } from '../../../bench/tone-wav.ts';
import type { DetectedToneName } from '../../../src/index.ts';
import { createTestNetwork } from '../../../src/testing.ts';
import { hear } from '../../support/heard.ts';
import { inTurn, silence } from '../../support/made-sound.ts';
import { findPeer } from '../../support/peer-programs.ts';
import { describeWithPeer } from '../../support/peers.ts';

function run(program: string, args: readonly string[]): Buffer {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

function samplesOf(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index));
}

const RAW = ['-r', '8000', '-c', '1', '-t', 'raw', '-e', 'signed', '-b', '16', '-'];

/** What sox makes of these arguments of `synth` and its like. */
function bySox(...effects: readonly string[]): Int16Array {
  return samplesOf(run('sox', ['-D', '-n', ...RAW, ...effects]));
}

/** What a voice of flite says, as ffmpeg has it. */
function byFlite(voice: string, text: string): Int16Array {
  const filter = `flite=voice=${voice}:text='${text}'`;
  const output = ['-ar', '8000', '-ac', '1', '-f', 's16le', '-'];
  return samplesOf(run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', filter, ...output]));
}

function byEspeak(voice: string, text: string): Int16Array {
  const wav = run('espeak-ng', ['-v', voice, '--stdout', text]);
  const { stdout } = spawnSync('sox', ['-t', 'wav', '-', ...RAW], { input: wav, maxBuffer: 1 << 28 });
  return samplesOf(stdout);
}

const ffmpeg = findPeer('ffmpeg');
const hasFlite =
  ffmpeg !== undefined && spawnSync(ffmpeg, ['-hide_banner', '-filters']).stdout.toString().includes(' flite ');

/** A call over a network in memory whose called party answers and sends this sound. */
async function callTo(sound: Int16Array) {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-listening-'));
  await writeFile(join(folder, 'sound.wav'), wavOf(sound));
  const network = createTestNetwork({ seed: 7, latency: 20, jitter: 10 });
  const called = await network.userAgent({ user: 'called', mediaDirectory: folder });
  const caller = await network.userAgent({ user: 'caller' });
  called.onCall(async (channel) => {
    await channel.answer();
    await channel.filePlayer.play('sound.wav');
    await channel.waitForIdle();
  });
  return {
    channel: caller.channel(),
    uri: called.uri,
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

describeWithPeer('sox', 'tones from sox over a call', () => {
  const band = ['sinc', '300-3400'];
  it.each<readonly [DetectedToneName, string, readonly string[]]>([
    ['CNG', 'at its level', ['synth', '0.5', 'sine', '1100', 'gain', '-13', 'pad', '0.4', '3', 'repeat', '1', ...band]],
    ['CNG', '38 Hz off and soft', ['synth', '0.43', 'sine', '1137', 'gain', '-33', 'pad', '0.4', '3', 'repeat', '1']],
    ['CED', 'at its level', ['synth', '3', 'sine', '2100', 'gain', '-13', 'pad', '1.8', '1', ...band]],
    [
      'CED',
      'with the modulation of ANSam',
      ['synth', '3', 'sine', '2100', 'tremolo', '15', '33', 'gain', '-14', 'pad', '1', '1'],
    ],
    ['BEEP', 'of a machine', ['synth', '0.4', 'sine', '1400', 'gain', '-10', 'pad', '2', '1', ...band]],
    [
      'BUSY',
      'in North America',
      [
        'synth',
        '0.5',
        'sine',
        '480',
        'synth',
        '0.5',
        'sine',
        'mix',
        '620',
        'gain',
        '-15',
        'pad',
        '0',
        '0.5',
        'repeat',
        '5',
      ],
    ],
    [
      'BUSY',
      'in the United Kingdom',
      ['synth', '0.375', 'sine', '400', 'gain', '-19', 'pad', '0', '0.375', 'repeat', '6'],
    ],
    ['BUSY', 'in Germany', ['synth', '0.48', 'sine', '425', 'gain', '-12', 'pad', '0', '0.48', 'repeat', '6', ...band]],
    ['CONGESTION', 'in Germany', ['synth', '0.24', 'sine', '425', 'gain', '-12', 'pad', '0', '0.24', 'repeat', '9']],
    [
      'SIT',
      'of a vacant number',
      [
        'synth',
        '0.38',
        'sine',
        '985.2',
        ':',
        'synth',
        '0.274',
        'sine',
        '1428.5',
        ':',
        'synth',
        '0.38',
        'sine',
        '1776.7',
      ],
    ],
  ])('%s, %s', async (name, _what, effects) => {
    const parts = effects.join(' ').split(' : ');
    const sound = inTurn(silence(600), ...parts.map((part) => bySox(...part.split(' '))), silence(600));
    await using scene = await callTo(sound);
    const { channel, uri } = scene;
    await channel.call(uri);
    expect(await channel.toneDetector.waitFor(name, { timeout: 12_000 })).toBe(name);
  });

  it('are none in chords, noise and sweeps', () => {
    const pluck = (...notes: readonly string[]): Int16Array =>
      bySox(
        'synth',
        '0.5',
        ...notes.flatMap((note, index) => [...(index > 0 ? ['synth', 'pluck', 'mix'] : ['pluck']), note]),
        'gain',
        '-6',
      );
    const music = inTurn(
      ...Array.from({ length: 30 }, () => [
        pluck('C4', 'E4', 'G4'),
        pluck('A3', 'C4', 'F4'),
        pluck('B3', 'D4', 'G4'),
      ]).flat(),
    );
    const others = inTurn(
      bySox('synth', '10', 'pinknoise', 'gain', '-10'),
      bySox('synth', '2', 'sine', '300-3000', 'gain', '-10'),
      bySox('synth', '10', 'brownnoise', 'gain', '-5'),
    );
    expect(hear(inTurn(music, others)).tones).toEqual([]);
  });
});

const TEXT =
  'The quick brown fox jumps over the lazy dog, while the moon is rising slowly over the hills. ' +
  'Nobody knows who moved through the gloom of the room, nor whom they knew. Seven hundred and ninety nine. ';

describeWithPeer(['espeak-ng', 'sox'], 'speech from espeak-ng', () => {
  it.each(['en', 'de', 'fr', 'it', 'en+f5', 'es+f2'])('holds no tone for two minutes: %s', (voice) => {
    const speech = byEspeak(voice, TEXT.repeat(8));
    expect(speech.length / 8000).toBeGreaterThan(80);
    const { tones, speech: told } = hear(inTurn(silence(1000), speech));
    expect(tones).toEqual([]);
    expect(told.filter(({ isSpeaking }) => isSpeaking).length).toBeGreaterThan(0);
  });
});

const GREETINGS = [
  ['LIVE', 'slt', 'Hello?'],
  ['LIVE', 'kal', 'Hello?'],
  ['LIVE', 'awb', 'Yes?'],
  ['LIVE', 'rms', 'Hello, Miller.'],
  ['LIVE', 'slt', 'Bob speaking.'],
  [
    'ANSWER_MACHINE',
    'slt',
    'Hi, you have reached the office of Miller and sons. Please leave your name and number after the tone.',
  ],
  ['ANSWER_MACHINE', 'kal', 'The person that you are calling is not available. Please leave a message after the beep.'],
  ['ANSWER_MACHINE', 'awb', 'This is Bob. I cannot come to the phone right now, so please try again later.'],
  [
    'ANSWER_MACHINE',
    'rms',
    'Welcome to the voice mailbox of five five five, one two three four. Record your message now.',
  ],
  [
    'ANSWER_MACHINE',
    'kal16',
    'Sorry, we are closed today. Our office is open from Monday to Friday, from nine to five.',
  ],
] as const;

describe.skipIf(!hasFlite)('greetings of flite (needs ffmpeg with flite)', () => {
  it.each(GREETINGS)('%s: %s says %s', async (type, voice, text) => {
    const beep = type === 'LIVE' ? silence(20) : inTurn(silence(700), byTone());
    await using scene = await callTo(inTurn(silence(500), byFlite(voice, text.replaceAll(',', '\\,')), beep));
    const { channel, uri } = scene;
    expect(await channel.call(uri, { detectMachine: true })).toBe('ANSWERED');
    expect(channel.info.farEndType).toBe(type);
    if (type === 'LIVE') return;
    expect(await channel.waitForAnswerMachine({ timeout: 15_000 })).toBe(true);
  });

  it.each(['slt', 'kal', 'awb', 'rms', 'kal16'])('are noticed within 80 ms of the first audible sound: %s', (voice) => {
    for (const text of ['Hello?', 'Good morning.', 'Maybe.', 'I would like to speak to somebody.', 'Two.']) {
      const sound = byFlite(voice, text);
      const first = sound.findIndex((sample) => Math.abs(sample) > 1000) / 8;
      const { speech } = hear(inTurn(silence(1000), sound, silence(1000)));
      expect((speech[0]?.at ?? Number.NaN) - 1000 - first).toBeLessThanOrEqual(80);
      expect(speech.at(-1)?.isSpeaking).toBe(false);
    }
  });
});

/** The beep of a machine: 1000 Hz for 300 ms. */
function byTone(): Int16Array {
  return Int16Array.from({ length: 2400 }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * index) / 8)));
}
