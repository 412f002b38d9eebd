import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelError } from '../../../../src/errors.ts';
import { isWavLayout, scanWav, WAV_SCAN_START } from '../../../../src/media/wav/wav-header.codec.ts';
import { WavSink } from '../../../../src/media/wav/wav-sink.ts';
import { until } from '../../../support/until.ts';

const PCM16 = { format: 'PCM16', rate: 8000, channels: 1 } as const;
const PCMU = { ...PCM16, format: 'PCMU' } as const;
const PCMA = { ...PCM16, format: 'PCMA' } as const;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-sink-'));
});
afterAll(() => rm(directory, { recursive: true }));

const path = (name: string): string => join(directory, name);

async function dataLength(name: string): Promise<number> {
  const file = await readFile(path(name));
  const layout = scanWav(name, file, file.length, WAV_SCAN_START);
  return isWavLayout(layout) ? layout.dataLength : -1;
}

describe('a recording on disk', () => {
  it('holds what was written, in order, and knows its size', async () => {
    const sink = await WavSink.open(path('a.wav'), PCMU, 'overwrite', () => undefined);
    for (let piece = 0; piece < 10; piece++) sink.write(new Uint8Array(8000).fill(piece));
    expect(await sink.finish()).toBe(58 + 80_000);
    const file = await readFile(path('a.wav'));
    expect(file).toHaveLength(58 + 80_000);
    for (let piece = 0; piece < 10; piece++) expect(file[58 + piece * 8000 + 4000]).toBe(piece);
    expect(await dataLength('a.wav')).toBe(80_000);
  });

  it('is a valid file from the first moment and after each piece', async () => {
    const sink = await WavSink.open(path('b.wav'), PCM16, 'overwrite', () => undefined);
    expect(await dataLength('b.wav')).toBe(0);
    for (let piece = 1; piece <= 3; piece++) {
      sink.write(new Uint8Array(16_000));
      await until('the header', async () => (await dataLength('b.wav')) === piece * 16_000);
    }
    await sink.finish();
  });

  it('of two channels says so', async () => {
    for (const [format, bytes] of [
      ['PCM16', 4],
      ['PCMA', 2],
    ] as const) {
      const sink = await WavSink.open(
        path('stereo.wav'),
        { format, rate: 8000, channels: 2 },
        'overwrite',
        () => undefined,
      );
      sink.write(new Uint8Array(160 * bytes));
      await sink.finish();
      const file = await readFile(path('stereo.wav'));
      const layout = scanWav('stereo.wav', file, file.length, WAV_SCAN_START);
      expect(layout).toMatchObject({ channels: 2, frameBytes: bytes, sampleRate: 8000, dataLength: 160 * bytes });
      expect(file.readUInt32LE(28)).toBe(8000 * bytes);
      // The number of samples of each channel.
      if (format === 'PCMA') expect(file.readUInt32LE(46)).toBe(160);
    }
  });

  it('of an odd size is padded', async () => {
    const sink = await WavSink.open(path('c.wav'), PCMA, 'overwrite', () => undefined);
    sink.write(new Uint8Array(3).fill(1));
    sink.write(new Uint8Array(2).fill(2));
    expect(await sink.finish()).toBe(58 + 6);
    const file = await readFile(path('c.wav'));
    expect([...file.subarray(58)]).toEqual([1, 1, 1, 2, 2, 0]);
    expect(await dataLength('c.wav')).toBe(5);
  });

  it('replaces a longer file, or leaves it alone, as asked', async () => {
    await writeFile(path('d.wav'), Buffer.alloc(1000));
    await expect(WavSink.open(path('d.wav'), PCM16, 'fail', () => undefined)).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect((await stat(path('d.wav'))).size).toBe(1000);
    const sink = await WavSink.open(path('d.wav'), PCM16, 'overwrite', () => undefined);
    expect(await sink.finish()).toBe(44);
    expect((await stat(path('d.wav'))).size).toBe(44);
  });

  it('cannot be where there is no directory', async () => {
    await expect(WavSink.open(path('none/x.wav'), PCM16, 'overwrite', () => undefined)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    await expect(WavSink.open(directory, PCM16, 'overwrite', () => undefined)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  });

  it('is not written through a link that has taken the place of its file', async () => {
    await writeFile(path('outside.txt'), 'untouched');
    await symlink(path('outside.txt'), path('link.wav'));
    for (const ifExists of ['overwrite', 'fail'] as const) {
      const opening = WavSink.open(path('link.wav'), PCM16, ifExists, () => undefined);
      await expect(opening).rejects.toMatchObject({ code: ifExists === 'fail' ? 'FILE_EXISTS' : 'FILE_UNWRITABLE' });
    }
    expect(await readFile(path('outside.txt'), 'utf8')).toBe('untouched');
  });

  it('fails once when the disk is full, and stays so', async () => {
    // Linux has a device for this.
    const faults: ChannelError[] = [];
    await expect(WavSink.open('/dev/full', PCM16, 'overwrite', (fault) => faults.push(fault))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('ENOSPC'),
    });
    expect(faults).toEqual([]);
  });

  it('fails when the disk is slower than the call for half a minute', async () => {
    const faults: string[] = [];
    const sink = await WavSink.open(path('e.wav'), PCM16, 'overwrite', (fault) => faults.push(fault.code));
    for (let piece = 0; piece < 40; piece++) sink.write(new Uint8Array(16_000));
    await sink.finish();
    expect(faults).toEqual(['FILE_UNWRITABLE']);
  });
});
