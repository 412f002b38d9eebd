import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelError } from '../../../../src/errors.ts';
import { isWavLayout, scanWav, WAV_SCAN_START } from '../../../../src/media/wav/wav-header.codec.ts';
import { WavSink } from '../../../../src/media/wav/wav-sink.ts';
import { type WavShape, writeWavHeader } from '../../../../src/media/wav/wav-writer.codec.ts';
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

  it('that is thrown away is no more, and one that has been deleted meanwhile goes on', async () => {
    const sink = await WavSink.open(path('gone.wav'), PCM16, 'overwrite', () => undefined);
    sink.write(new Uint8Array(16_000));
    await sink.discard();
    await expect(stat(path('gone.wav'))).rejects.toMatchObject({ code: 'ENOENT' });
    const faults: ChannelError[] = [];
    const deleted = await WavSink.open(path('gone.wav'), PCM16, 'overwrite', (fault) => faults.push(fault));
    await rm(path('gone.wav'));
    deleted.write(new Uint8Array(16_000));
    expect(await deleted.finish()).toBe(16_044);
    const discarded = await WavSink.open(path('gone.wav'), PCM16, 'overwrite', (fault) => faults.push(fault));
    await rm(path('gone.wav'));
    await discarded.discard();
    expect(faults).toEqual([]);
  });
});

describe('a recording that is appended', () => {
  /** A chunk that other programs write. */
  function chunk(id: string, content: string): Buffer {
    const head = Buffer.alloc(8);
    head.write(id, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, Buffer.from(content), Buffer.alloc(content.length & 1)]);
  }

  async function write(name: string, shape: WavShape, samples: Uint8Array): Promise<void> {
    const sink = await WavSink.open(path(name), shape, 'append', () => undefined);
    sink.write(samples);
    await sink.finish();
  }

  it.each([
    ['PCM16', PCM16, 44],
    ['PCMU', PCMU, 58],
    ['PCMA', PCMA, 58],
    ['stereo of 16 kHz', { ...PCM16, rate: 16_000, channels: 2 }, 44],
  ] as const)('follows what is there, from nothing on: %s', async (name, shape, header) => {
    await write(`${name}.wav`, shape, new Uint8Array(400).fill(1));
    await write(`${name}.wav`, shape, new Uint8Array(800).fill(2));
    const file = await readFile(path(`${name}.wav`));
    expect(file.subarray(header)).toEqual(Buffer.concat([Buffer.alloc(400, 1), Buffer.alloc(800, 2)]));
    expect([await dataLength(`${name}.wav`), file.readUInt32LE(4)]).toEqual([1200, file.length - 8]);
    // The number of samples, where the format wants one.
    if (header === 58) expect(file.readUInt32LE(46)).toBe(1200);
  });

  it('begins in an empty file, and follows an odd number of samples', async () => {
    await writeFile(path('empty.wav'), '');
    await write('empty.wav', PCMU, new Uint8Array(3).fill(1));
    await write('empty.wav', PCMU, new Uint8Array(2).fill(2));
    expect([...(await readFile(path('empty.wav'))).subarray(58)]).toEqual([1, 1, 1, 2, 2, 0]);
    expect(await dataLength('empty.wav')).toBe(5);
  });

  it('has a right header at every moment, also behind what other programs have put in', async () => {
    const plain = Buffer.from(writeWavHeader(PCM16, 100));
    const before = Buffer.concat([plain.subarray(0, 36), chunk('LIST', 'INFOISFTthis'), plain.subarray(36)]);
    const file = Buffer.concat([before, Buffer.alloc(100, 1), chunk('id3 ', 'tags')]);
    file.writeUInt32LE(file.length - 8, 4);
    await writeFile(path('tags.wav'), file);
    const sink = await WavSink.open(path('tags.wav'), PCM16, 'append', () => undefined);
    expect(await dataLength('tags.wav')).toBe(100);
    for (let piece = 1; piece <= 3; piece++) {
      sink.write(new Uint8Array(16_000).fill(2));
      await until('the header', async () => (await dataLength('tags.wav')) === 100 + piece * 16_000);
    }
    expect(await sink.finish()).toBe(before.length + 48_100);
    const after = await readFile(path('tags.wav'));
    expect([after.length, after.readUInt32LE(4)]).toEqual([before.length + 48_100, after.length - 8]);
    await writeFile(path('tags.wav'), file);
    const discarded = await WavSink.open(path('tags.wav'), PCM16, 'append', () => undefined);
    discarded.write(new Uint8Array(16_000).fill(2));
    await discarded.discard();
    expect(await readFile(path('tags.wav'))).toEqual(file);
  });

  it('is refused behind anything else, which is left as it is', async () => {
    const header = (shape: WavShape, change: (bytes: Buffer) => void = () => undefined): Buffer => {
      const bytes = Buffer.concat([writeWavHeader(shape, 100), Buffer.alloc(100)]);
      change(bytes);
      return bytes;
    };
    const others: readonly (readonly [content: Buffer, message: RegExp])[] = [
      [header(PCMU), /one channel of PCMU at 8000 Hz, and one channel of 16-bit samples at 8000 Hz/],
      [header({ ...PCM16, channels: 2 }), /2 channels of 16-bit samples/],
      [header({ ...PCM16, rate: 16_000 }), /at 16000 Hz/],
      [header(PCM16, (bytes) => bytes.writeUInt16LE(0x55, 20)), /broken/],
      [header(PCM16, (bytes) => bytes.writeUInt16LE(3, 32)), /broken/],
      [header(PCM16, (bytes) => bytes.write('RF64', 0, 'latin1')), /RF64/],
      [header(PCM16).subarray(0, 30), /broken/],
      [Buffer.from('This is a letter.'), /no WAV file/],
    ];
    for (const [content, message] of others) {
      await writeFile(path('other.wav'), content);
      const opening = WavSink.open(path('other.wav'), PCM16, 'append', () => undefined);
      await expect(opening).rejects.toMatchObject({ code: 'FILE_INVALID', message: expect.stringMatching(message) });
      expect(await readFile(path('other.wav'))).toEqual(content);
    }
    const folder = WavSink.open(directory, PCM16, 'append', () => undefined);
    await expect(folder).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('repairs a file that is cut off, and is not written through a link', async () => {
    const cut = Buffer.concat([writeWavHeader(PCM16, 1000), Buffer.alloc(101, 1)]);
    await writeFile(path('cut.wav'), cut);
    await write('cut.wav', PCM16, new Uint8Array(100).fill(2));
    expect([await dataLength('cut.wav'), (await stat(path('cut.wav'))).size]).toEqual([200, 244]);
    await symlink(path('cut.wav'), path('cut-link.wav'));
    const through = WavSink.open(path('cut-link.wav'), PCM16, 'append', () => undefined);
    await expect(through).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
