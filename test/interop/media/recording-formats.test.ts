import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Channel, RecordOptions } from '../../../src/index.ts';
import { startBaresip } from '../../support/baresip.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { startPhone } from '../../support/phone.ts';
import { strongestTone, toneShare } from '../../support/tone.ts';

const TONE = 600;
const MS = 1500;

function run(program: string, ...options: string[]): string {
  return execFileSync(program, options, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 }).toString();
}

/** The samples of the first channel, as ffmpeg decodes them. */
function decoded(path: string, rate: number): Int16Array {
  const output = ['-ac', '1', '-ar', String(rate), '-f', 's16le', 'pipe:1'];
  const bytes = execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...output], { maxBuffer: 1e8 });
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

const FORMATS: readonly (readonly [options: RecordOptions, codec: string, rate: number])[] = [
  [{ format: 'PCM16' }, 'pcm_s16le', 8000],
  [{ format: 'PCM16', rate: 16_000 }, 'pcm_s16le', 16_000],
  [{ format: 'PCMU' }, 'pcm_mulaw', 8000],
  [{ format: 'PCMA' }, 'pcm_alaw', 8000],
  // What comes out of an Opus decoder has 48 kHz whatever went in (RFC 7845 §5.1).
  [{ format: 'OGG_OPUS' }, 'opus', 48_000],
  [{ format: 'OGG_OPUS', rate: 16_000 }, 'opus', 48_000],
];

describeWithPeer(['baresip', 'sox', 'ffmpeg'], 'recordings of a call with baresip', () => {
  it('have the format, the rate, the length and the tone that they should have', async () => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: TONE });
    const channel: Channel = phone.ua.channel();
    await channel.call(baresip.uri);
    const started = await readdir(phone.folder);
    for (const [index, [options, codec, rate]] of FORMATS.entries()) {
      const name = `made${index}.${options.format === 'OGG_OPUS' ? 'ogg' : 'wav'}`;
      const path = join(phone.folder, name);
      expect(await channel.fileRecorder.record(name, { ...options, timeout: MS })).toBe('TIMEOUT');
      const entries = 'stream=codec_name,sample_rate,channels:format=duration';
      const probe = run('ffprobe', '-v', 'error', '-show_entries', entries, '-of', 'default=nw=1', path);
      expect(probe).toContain(`codec_name=${codec}\nsample_rate=${rate}\nchannels=1\n`);
      expect(Math.abs(Number(/duration=([\d.]+)/.exec(probe)?.[1]) * 1000 - MS)).toBeLessThan(10);
      const samples = decoded(path, 16_000);
      expect(strongestTone(samples, 16_000, TONE, 1000)).toBeGreaterThan(0.97);
      // The mirror image that bad upsampling leaves.
      expect(toneShare(samples, 16_000, 8000 - TONE)).toBeLessThan(1e-4);
      if (options.format !== 'OGG_OPUS') {
        expect(run('soxi', '-r', path).trim()).toBe(String(rate));
        expect(Number(run('soxi', '-D', path)) * 1000).toBe(MS);
      }
      expect(await channel.filePlayer.play(name, { timeout: 100 })).toBe('TIMEOUT');
    }
    const both = await channel.wholeCallRecorder.start('both.ogg', { format: 'OGG_OPUS', timeout: MS });
    await channel.filePlayer.play('made0.wav', { timeout: 500 });
    expect(await both.finished).toBe('TIMEOUT');
    const probe = run('ffprobe', '-v', 'error', '-show_entries', 'stream=channels', join(phone.folder, 'both.ogg'));
    expect(probe).toContain('channels=2');
    await channel.hangUp();
    // Nothing else is left: no WAV file beside those in Opus, no part of one.
    const made = [...FORMATS.keys()].map((index) => `made${index}.${index < 4 ? 'wav' : 'ogg'}`);
    expect((await readdir(phone.folder)).filter((name) => !started.includes(name)).sort()).toEqual(
      ['both.ogg', ...made].sort(),
    );
  }, 60_000);

  it('append to a file that sox has made, and sox reads the whole', async () => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: TONE });
    const path = join(phone.folder, 'sox.wav');
    run(
      'sox',
      '-n',
      '-r',
      '8000',
      '-b',
      '16',
      '-c',
      '1',
      '--comment',
      'made by sox',
      path,
      'synth',
      '1',
      'sine',
      '1000',
    );
    const channel = phone.ua.channel();
    await channel.call(baresip.uri);
    expect(await channel.fileRecorder.record('sox.wav', { ifExists: 'append', timeout: MS })).toBe('TIMEOUT');
    await channel.hangUp();
    expect(Number(run('soxi', '-D', path)) * 1000).toBe(1000 + MS);
    const samples = decoded(path, 8000);
    expect(toneShare(samples.subarray(400, 7600), 8000, 1000)).toBeGreaterThan(0.99);
    expect(strongestTone(samples.subarray(8000), 8000, TONE, 300)).toBeGreaterThan(0.97);
  }, 30_000);
});
