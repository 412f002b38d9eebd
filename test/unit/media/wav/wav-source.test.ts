import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeTable, encodeUlaw } from '../../../../src/media/codec/g711.codec.ts';
import { WavSource } from '../../../../src/media/wav/wav-source.ts';
import { toneShare } from '../../../support/tone.ts';
import { bytesOf, sine, type WavParts, wavBytes } from './wav-bytes.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-wav-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(content: Uint8Array): Promise<string> {
  const path = join(directory, `${Math.random()}.wav`);
  await writeFile(path, content);
  return path;
}

/** Everything that a source yields. */
async function all(source: WavSource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let piece = await source.read(); piece; piece = await source.read()) pieces.push(piece);
  await source.close();
  return Buffer.concat(pieces);
}

async function play(content: Uint8Array, law: 'PCMU' | 'PCMA' = 'PCMU'): Promise<Int16Array> {
  const bytes = await all(await WavSource.open(await file(content), law));
  const table = decodeTable(law === 'PCMU' ? 0 : 1);
  return Int16Array.from(bytes, (byte) => table[byte] as number);
}

/** Writes samples in the encoding that a file of `parts` has. */
function encode(samples: Int16Array, encoding: NonNullable<WavParts['encoding']>): Uint8Array {
  const write = {
    U8: [1, (to: DataView, at: number, value: number) => to.setUint8(at, (value >> 8) + 128)],
    S16: [2, (to: DataView, at: number, value: number) => to.setInt16(at, value, true)],
    S24: [3, (to: DataView, at: number, value: number) => to.setInt16(at + 1, value, true)],
    S32: [4, (to: DataView, at: number, value: number) => to.setInt32(at, value << 16, true)],
    F32: [4, (to: DataView, at: number, value: number) => to.setFloat32(at, value / 32_768, true)],
    F64: [8, (to: DataView, at: number, value: number) => to.setFloat64(at, value / 32_768, true)],
    PCMU: [1, (to: DataView, at: number, value: number) => to.setUint8(at, encodeUlaw(value))],
    PCMA: [1, (to: DataView, at: number, value: number) => to.setUint8(at, value)],
  } as const;
  const [size, put] = write[encoding];
  const bytes = new Uint8Array(samples.length * size);
  const view = new DataView(bytes.buffer);
  samples.forEach((value, index) => {
    put(view, index * size, value);
  });
  return bytes;
}

describe('a WAV file as G.711', () => {
  it.each(['PCMU', 'PCMA'] as const)('of the same law passes byte for byte', async (law) => {
    const data = Uint8Array.from({ length: 70_001 }, (_, index) => (index * 7) & 0xff);
    const source = await WavSource.open(await file(wavBytes(data, { encoding: law })), law);
    expect(source.length).toBe(70_001);
    expect((await all(source)).equals(data)).toBe(true);
  });

  it.each(['U8', 'S16', 'S24', 'S32', 'F32', 'F64', 'PCMU'] as const)('is made of %s', async (encoding) => {
    const samples = await play(wavBytes(encode(sine(440, 8000, 8000), encoding), { encoding }), 'PCMA');
    expect(samples).toHaveLength(8000);
    expect(toneShare(samples, 8000, 440)).toBeGreaterThan(0.995);
  });

  it('takes the mean of two channels', async () => {
    const left = sine(440, 8000, 4000);
    const stereo = Int16Array.from({ length: 8000 }, (_, index) => (index % 2 === 0 ? (left[index >> 1] ?? 0) : 0));
    const samples = await play(wavBytes(bytesOf(stereo), { channels: 2 }));
    expect(samples).toHaveLength(4000);
    expect(Math.max(...samples)).toBeGreaterThan(5800);
    expect(Math.max(...samples)).toBeLessThan(6200);
  });

  it.each([6000, 11_025, 16_000, 22_050, 44_100, 48_000, 44_101])(
    'is brought from %i Hz to 8000 Hz in full length',
    async (sampleRate) => {
      const content = wavBytes(bytesOf(sine(440, sampleRate, sampleRate * 2)), { sampleRate });
      // Twice, because the second use of a resampler must not hear the first.
      for (let round = 0; round < 2; round++) {
        const samples = await play(content);
        expect(samples).toHaveLength(16_000);
        expect(toneShare(samples.subarray(400, 15_600), 8000, 440)).toBeGreaterThan(0.995);
        const begin = samples.findIndex((sample) => Math.abs(sample) > 3000);
        expect(begin).toBeLessThan(16);
      }
    },
  );

  it('leaves the handlers of the process alone when it loads the resampler', () => {
    const names = ['uncaughtException', 'unhandledRejection'] as const;
    for (const name of names) {
      const texts = process.listeners(name as 'beforeExit').map(String);
      expect(texts.filter((text) => text.includes('ExitStatus') || text.includes('abort'))).toEqual([]);
    }
  });

  it.each([8000, 16_000, 44_100, 48_000, 6000])(
    'of %i Hz goes on anywhere as if it had been read from the beginning',
    async (sampleRate) => {
      const path = await file(wavBytes(bytesOf(sine(440, sampleRate, sampleRate * 3)), { sampleRate }));
      const whole = await all(await WavSource.open(path, 'PCMU'));
      const source = await WavSource.open(path, 'PCMU');
      expect(source.length).toBe(24_000);
      for (const position of [9001, 1, 0, 23_999, 16_000]) {
        source.seek(position);
        const pieces: Uint8Array[] = [];
        for (let piece = await source.read(); piece; piece = await source.read()) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(whole.subarray(position))).toBe(true);
      }
      await source.close();
    },
  );

  it('that was cut off since it was opened ends where it is cut', async () => {
    const path = await file(wavBytes(new Uint8Array(100_000), { encoding: 'PCMU' }));
    const source = await WavSource.open(path, 'PCMU');
    await writeFile(path, wavBytes(new Uint8Array(10_000), { encoding: 'PCMU' }));
    expect(await all(source)).toHaveLength(10_000);
  });

  it('is not read through a link that has taken the place of the file', async () => {
    await writeFile(join(directory, 'target'), '');
    await symlink(join(directory, 'target'), join(directory, 'link.wav'));
    await expect(WavSource.open(join(directory, 'link.wav'), 'PCMU')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  it.each([
    ['is missing', 'missing.wav', 'FILE_NOT_FOUND'],
    ['lies below a file', 'plain/x.wav', 'FILE_NOT_FOUND'],
    ['is a directory', 'folder', 'FILE_INVALID'],
    ['is empty', 'plain', 'FILE_INVALID'],
  ])('is refused when it %s', async (_what, name, code) => {
    await mkdir(join(directory, 'folder'), { recursive: true });
    await writeFile(join(directory, 'plain'), '');
    await expect(WavSource.open(join(directory, name), 'PCMU')).rejects.toMatchObject({ code });
  });
});
