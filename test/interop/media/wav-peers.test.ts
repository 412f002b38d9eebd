import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeTable, encodeUlaw, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { CallRecorder } from '../../../src/media/core/call-recorder.ts';
import type { MediaObserver } from '../../../src/media/core/media-observer.ts';
import { WavSink } from '../../../src/media/wav/wav-sink.ts';
import { WavSource } from '../../../src/media/wav/wav-source.ts';
import type { WavSamples } from '../../../src/media/wav/wav-writer.codec.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { toneShare } from '../../support/tone.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-wav-'));
});
afterAll(() => rm(directory, { recursive: true }));

function run(program: string, ...options: string[]): Buffer {
  return execFileSync(program, options, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 });
}

/** Plays a file as mu-law and gives linear samples. */
async function samplesOf(path: string): Promise<Int16Array> {
  const source = await WavSource.open(path, 'PCMU');
  const pieces: Uint8Array[] = [];
  for (let piece = await source.read(); piece; piece = await source.read()) pieces.push(piece);
  await source.close();
  const table = decodeTable(0);
  return Int16Array.from(Buffer.concat(pieces), (byte) => table[byte] as number);
}

function expectTone(samples: Int16Array): void {
  expect(samples.length).toBeGreaterThanOrEqual(7999);
  expect(samples.length).toBeLessThanOrEqual(8001);
  expect(toneShare(samples.subarray(400, 7600), 8000, 440)).toBeGreaterThan(0.99);
}

/** Two seconds of a call whose far end sounds at 440 Hz and this side at 1000 Hz. */
async function recordBothSides(path: string, format: WavSamples): Promise<void> {
  const sink = await WavSink.open(path, { format, rate: 8000, channels: 2 }, 'overwrite', () => undefined);
  const observer = { recorded: (_: number, piece: Uint8Array) => sink.write(piece), recorderEnded: () => undefined };
  const request = { path, format, channels: 'stereo', ifExists: 'overwrite' } as const;
  const recorder = new CallRecorder(1, request, observer as unknown as MediaObserver);
  const tone = (hertz: number, frame: number): Uint8Array =>
    Uint8Array.from({ length: 160 }, (_, at) =>
      encodeUlaw(8000 * Math.sin((2 * Math.PI * hertz * (frame * 160 + at)) / 8000)),
    );
  for (let frame = 0; frame < 100; frame++) {
    recorder.heard(PCMU, tone(440, frame));
    recorder.sent(PCMU, tone(1000, frame), 0);
  }
  recorder.end('stopped');
  await sink.finish();
}

const KINDS = {
  'unsigned 8 bits': ['-b', '8', '-e', 'unsigned-integer', '-r', '8000', '-c', '1'],
  '16 bits': ['-b', '16', '-r', '8000', '-c', '1'],
  '16 bits stereo at 44.1 kHz': ['-b', '16', '-r', '44100', '-c', '2'],
  '16 bits at 16 kHz': ['-b', '16', '-r', '16000', '-c', '1'],
  '24 bits at 48 kHz': ['-b', '24', '-r', '48000', '-c', '2'],
  '32 bits at 22.05 kHz': ['-b', '32', '-e', 'signed-integer', '-r', '22050', '-c', '1'],
  float: ['-b', '32', '-e', 'floating-point', '-r', '11025', '-c', '1'],
  'mu-law': ['-e', 'u-law', '-r', '8000', '-c', '1'],
  'A-law stereo': ['-e', 'a-law', '-r', '8000', '-c', '2'],
  'mu-law at 16 kHz': ['-e', 'u-law', '-r', '16000', '-c', '1'],
  'IMA ADPCM': ['-e', 'ima-adpcm', '-r', '8000', '-c', '1'],
  'IMA ADPCM stereo at 22.05 kHz': ['-e', 'ima-adpcm', '-r', '22050', '-c', '2'],
  'six channels': ['-b', '16', '-r', '48000', '-c', '6'],
} as const;

describeWithPeer('sox', 'WAV files of sox', () => {
  it.each(Object.entries(KINDS))('of %s are played', async (name, options) => {
    const path = join(directory, `${name}.wav`);
    run('sox', '-n', ...options, path, 'synth', '1', 'sine', '440', 'gain', '-6');
    expectTone(await samplesOf(path));
  });

  it.each([1, 2])(
    'of IMA ADPCM with %i channels are decoded as sox does it, and from any place on',
    async (channels) => {
      const path = join(directory, `ima-${channels}.wav`);
      const linear = join(directory, `ima-${channels}.s16.wav`);
      run('sox', '-R', '-n', '-e', 'ima-adpcm', '-r', '8000', '-c', `${channels}`, path, 'synth', '1.3', 'pinknoise');
      run('sox', '-D', path, '-e', 'signed-integer', '-b', '16', linear);
      const whole = await samplesOf(path);
      // sox plays what fills up the last block as well.
      expect(whole).toHaveLength(10_400);
      expect(whole).toEqual((await samplesOf(linear)).subarray(0, whole.length));
      const source = await WavSource.open(path, 'PCMU');
      expect(source.length).toBe(whole.length);
      for (const position of [0, 1, 504, 505, 506, 7000]) {
        source.seek(position);
        const piece = (await source.read()) ?? new Uint8Array();
        expect(piece.subarray(0, 200).map((byte) => decodeTable(PCMU)[byte] ?? 0)).toEqual(
          Uint8Array.from(whole.subarray(position, position + 200)),
        );
      }
      await source.close();
    },
  );

  it('of another kind are refused by name', async () => {
    const path = join(directory, 'gsm.wav');
    run('sox', '-n', '-e', 'gsm-full-rate', '-r', '8000', '-c', '1', path, 'synth', '1', 'sine', '440');
    await expect(WavSource.open(path, 'PCMU')).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('0x0031'),
    });
  });
});

describeWithPeer('ffmpeg', 'WAV files of ffmpeg', () => {
  it('that were piped have no sizes and are played', async () => {
    const path = join(directory, 'piped.wav');
    const wav = execFileSync('sh', [
      '-c',
      `ffmpeg -loglevel error -f lavfi -i sine=440:duration=1:sample_rate=8000 -ac 1 -f wav - > '${path}'`,
    ]);
    expect(wav).toHaveLength(0);
    expect((await readFile(path)).readUInt32LE(4)).toBe(0xffffffff);
    expectTone(await samplesOf(path));
  });

  it('of double precision and with metadata before the samples are played', async () => {
    const path = join(directory, 'double.wav');
    run(
      'ffmpeg',
      '-loglevel',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      'sine=440:duration=1:sample_rate=32000',
      '-metadata',
      'title=x',
      '-c:a',
      'pcm_f64le',
      path,
    );
    expectTone(await samplesOf(path));
  });
});

describeWithPeer(['sox', 'ffmpeg'], 'recordings', () => {
  it.each([
    ['PCM16', 2, '16-bit Signed Integer PCM', 'pcm_s16le'],
    ['PCMU', 1, '8-bit u-law', 'pcm_mulaw'],
    ['PCMA', 1, '8-bit A-law', 'pcm_alaw'],
  ] as const)('as %s are read by both', async (format, sampleBytes, sox, ffmpeg) => {
    const path = join(directory, `${format}.wav`);
    const sink = await WavSink.open(path, { format, rate: 8000, channels: 1 }, 'overwrite', () => undefined);
    for (let piece = 0; piece < 3; piece++) sink.write(new Uint8Array(8000 * sampleBytes));
    await sink.finish();
    const info = run('soxi', path).toString();
    expect(info).toContain(`Sample Encoding: ${sox}`);
    expect(info).toContain('24000 samples');
    const probe = run(
      'ffprobe',
      '-loglevel',
      'warning',
      '-show_entries',
      'stream=codec_name,duration',
      '-of',
      'csv=p=0',
      path,
    );
    expect(probe.toString().trim()).toBe(`${ffmpeg},3.000000`);
  });

  it.each(['PCM16', 'PCMU', 'PCMA'] as const)(
    'of both sides as %s have the far end on the left for both',
    async (format) => {
      const path = join(directory, `both-${format}.wav`);
      await recordBothSides(path, format);
      expect(run('soxi', '-c', path).toString().trim()).toBe('2');
      expect(run('soxi', '-s', path).toString().trim()).toBe('16000');
      for (const [channel, side] of ['FL', 'FR'].entries()) {
        const sox = run(
          'sox',
          path,
          '-t',
          'raw',
          '-e',
          'signed-integer',
          '-b',
          '16',
          '-',
          'remix',
          String(channel + 1),
        );
        const raw = ['-f', 's16le', '-'];
        const ffmpeg = run('ffmpeg', '-loglevel', 'error', '-i', path, '-filter:a', `pan=mono|c0=${side}`, ...raw);
        for (const bytes of [sox, ffmpeg]) {
          const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index));
          expect(samples).toHaveLength(16_000);
          expect(toneShare(samples.subarray(1600), 8000, channel === 0 ? 440 : 1000)).toBeGreaterThan(0.99);
        }
      }
    },
  );
});
