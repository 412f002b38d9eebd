import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { PlaySource } from '../../../src/channel/play-port.ts';
import { systemClock } from '../../../src/clock.ts';
import { awaitDisk } from '../../../src/disk.ts';
import { isChannelError } from '../../../src/errors.ts';
import { MediaDecoder } from '../../../src/media/source/media-decoder.ts';
import { childrenOf } from '../../support/children.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { samplesOf } from '../../support/played-source.ts';
import { KINDS, type Kind, makeKind, makeSound, SOUND_HERTZ } from '../../support/sounds-of-kinds.ts';
import { strongestTone, toneShare } from '../../support/tone.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const decoder = new MediaDecoder({ clock: systemClock, awaitDisk });
const SECONDS = 3;
const ALL = Object.keys(KINDS) as Kind[];
/** Those in which nothing says where a piece of sound begins, so that any bytes are sound. */
const WITHOUT_HEADER: readonly Kind[] = ['GSM without a header', 'G.722 without a header'];
/** Those whose description ends in the second half of so short a file. */
const DESCRIBED_LATE: readonly Kind[] = ['AAC in MP4', 'Ogg Vorbis'];

let directory: string;
let others: readonly number[];
const paths = new Map<Kind, string>();
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-decoder-'));
  others = await childrenOf();
});
afterAll(() => rm(directory, { recursive: true }));

afterEach(async () => {
  expect(await childrenOf()).toEqual(others);
});

async function pathOf(kind: Kind): Promise<string> {
  const path = paths.get(kind) ?? (await makeKind(directory, SECONDS, kind));
  paths.set(kind, path);
  return path;
}

function open(path: string, how: 'file' | 'bytes' = 'file'): Promise<PlaySource> {
  if (how === 'file') return decoder.file(path, path, never);
  return readFile(path).then((bytes) => decoder.bytes(bytes, path, never));
}

/** How long it plays, or the code of the error that it is refused with. Everything else fails. */
async function outcomeOf(source: Promise<PlaySource>): Promise<number | string> {
  try {
    const opened = await source;
    return (await samplesOf(opened)).length / 8;
  } catch (error) {
    if (isChannelError(error)) return error.code;
    throw error;
  }
}

function expectTone(samples: Int16Array, rate = 8000): void {
  expect(samples.length / rate).toBeGreaterThan(SECONDS - 0.15);
  expect(samples.length / rate).toBeLessThan(SECONDS + 0.15);
  expect(toneShare(samples.subarray(rate / 2, 2 * rate), rate, SOUND_HERTZ)).toBeGreaterThan(0.98);
}

describeWithPeer('ffmpeg', 'a sound that ffmpeg has written', () => {
  it.each(ALL)('as %s is heard from a file and from memory', async (kind) => {
    const path = await pathOf(kind);
    for (const how of ['file', 'bytes'] as const) {
      const source = await open(path, how);
      if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
      expect(source.stream.sampleRate).toBe(8000);
      expectTone(await samplesOf(source));
      expect(await source.stream.read()).toBeUndefined();
    }
  });

  it('says how long it is where its file does', async () => {
    for (const kind of ['mp3', 'FLAC', 'AAC in MP4', 'Ogg Opus', 'AIFF'] as const) {
      const source = await open(await pathOf(kind));
      const durationMs = source.kind === 'stream' ? source.stream.durationMs : undefined;
      await (source.kind === 'stream' && source.stream.close());
      expect(Math.abs((durationMs ?? 0) - SECONDS * 1000)).toBeLessThan(100);
    }
  });

  it('as plain WAV needs no program', async () => {
    const path = await makeSound(directory, SECONDS, 'plain.wav', '-c:a', 'pcm_s16le', '-ar', '16000');
    expect(await open(path)).toEqual({ kind: 'file', name: path, path });
    const source = await open(path, 'bytes');
    expect(source).toMatchObject({ kind: 'samples', sampleRate: 16_000 });
    expectTone(await samplesOf(source), 16_000);
  });

  it.each([
    ['ulaw', 8000, 'mulaw'],
    ['alaw', 8000, 'alaw'],
    ['sln', 8000, 's16le'],
    ['sln16', 16_000, 's16le'],
  ] as const)('as .%s needs no program', async (extension, rate, format) => {
    const path = await makeSound(directory, SECONDS, `raw.${extension}`, '-f', format, '-ar', String(rate));
    for (const how of ['file', 'bytes'] as const) expectTone(await samplesOf(await open(path, how)), rate);
  });

  it('in a film is heard without the film', async () => {
    const path = join(directory, 'film.mp4');
    const sound = `sine=frequency=${SOUND_HERTZ}:duration=${SECONDS}`;
    const inputs = ['-f', 'lavfi', '-i', `testsrc=duration=${SECONDS}:size=160x120`, '-f', 'lavfi', '-i', sound];
    await run('ffmpeg', ['-v', 'error', '-y', ...inputs, '-c:v', 'mpeg4', '-c:a', 'aac', path]);
    for (const how of ['file', 'bytes'] as const) expectTone(await samplesOf(await open(path, how)));
  });

  it('whose MP4 is long and described at its end is heard from memory', async () => {
    const path = await makeSound(directory, 60, 'long.m4a', '-c:a', 'aac');
    const samples = await samplesOf(await open(path, 'bytes'));
    expect(Math.round(samples.length / 8000)).toBe(60);
  });

  it.each(['-y.mp3', '%d.mp3', 'concat:a|b.mp3', 'it\'s "so".mp3', 'a\nb.mp3', 'http:host.mp3', 'ÄÖ 音.mp3'])(
    'is found under the name %j',
    async (name) => {
      const path = join(directory, name);
      await copyFile(await pathOf('mp3'), path);
      expectTone(await samplesOf(await open(path)));
    },
  );

  it('is as loud at 3.4 kHz as at 1 kHz and leaves nothing of 4.7 kHz, from 48 kHz', async () => {
    const loudness = async (hertz: number): Promise<number> => {
      const path = join(directory, `${hertz}.flac`);
      const sound = `sine=frequency=${hertz}:duration=2:sample_rate=48000,volume=4`;
      await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', sound, path]);
      const middle = (await samplesOf(await open(path))).subarray(4000, 12_000);
      return 10 * Math.log10(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
    };
    const reference = await loudness(1000);
    expect(Math.abs((await loudness(3400)) - reference)).toBeLessThan(0.5);
    expect((await loudness(4700)) - reference).toBeLessThan(-60);
  });

  it('is heard again without a program when its file has not changed', async () => {
    const path = await pathOf('FLAC');
    // As if a minute had passed since it was written.
    const later = { ...systemClock, wallNow: () => systemClock.wallNow() + 60_000 };
    const keeping = new MediaDecoder({ clock: later, awaitDisk });
    const first = await samplesOf(await keeping.file(path, 'a', never));
    const again = await keeping.file(path, 'a', never);
    expect(again).toEqual({ kind: 'samples', name: 'a', samples: first, sampleRate: 8000 });
    await copyFile(await pathOf('mp3'), path);
    expect(await samplesOf(await keeping.file(path, 'a', never))).not.toEqual(first);
    paths.delete('FLAC');
  });
});

describeWithPeer(['ffmpeg', 'sox'], 'a sound that sox has written', () => {
  it('as AMR is heard', async () => {
    const plain = await makeSound(directory, SECONDS, 'for-amr.wav', '-ar', '8000');
    const path = join(directory, 'tone.amr-nb');
    await run('sox', [plain, path]);
    const samples = await samplesOf(await open(path));
    expect(strongestTone(samples, 8000, SOUND_HERTZ)).toBeGreaterThan(0.98);
    await truncate(path, 500);
    const short = await samplesOf(await open(path));
    expect(short.length).toBeLessThan(samples.length / 2);
  });
});

describeWithPeer('ffmpeg', 'a damaged file', () => {
  it.each(ALL)('as %s, cut in the middle, plays to the cut or is refused', async (kind) => {
    const path = await pathOf(kind);
    const { length } = await readFile(path);
    const cut = join(directory, `cut${extname(path)}`);
    await copyFile(path, cut);
    await truncate(cut, length >> 1);
    for (const how of ['file', 'bytes'] as const) {
      const outcome = await outcomeOf(open(cut, how));
      if (DESCRIBED_LATE.includes(kind)) expect(outcome).toBe('FILE_INVALID');
      else expect(outcome).toBeLessThan(SECONDS * 1000);
    }
  });

  it.each(ALL)('as %s, of its first bytes only, is refused', async (kind) => {
    const path = await pathOf(kind);
    const head = join(directory, `head${extname(path)}`);
    await copyFile(path, head);
    await truncate(head, 24);
    for (const how of ['file', 'bytes'] as const) {
      const outcome = await outcomeOf(open(head, how));
      if (WITHOUT_HEADER.includes(kind)) expect(outcome === 'FILE_INVALID' || Number(outcome) < 10).toBe(true);
      else expect(outcome).toBe('FILE_INVALID');
    }
  });

  it.each(['mp3', 'ogg', 'opus', 'flac', 'm4a', 'aiff', 'wav', 'amr', 'gsm', 'bin'])(
    'of nothing or of random bytes, called .%s, is refused or noise',
    async (extension) => {
      const path = join(directory, `bad.${extension}`);
      await writeFile(path, '');
      for (const how of ['file', 'bytes'] as const) expect(await outcomeOf(open(path, how))).toBe('FILE_INVALID');
      let seed = 1;
      const next = (): number => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return seed >>> 16;
      };
      await writeFile(path, Uint8Array.from({ length: 20_000 }, next));
      for (const how of ['file', 'bytes'] as const) {
        const outcome = await outcomeOf(open(path, how));
        expect(typeof outcome === 'number' || outcome === 'FILE_INVALID').toBe(true);
      }
    },
  );

  it('with errors in the middle plays on', async () => {
    const path = await pathOf('mp3');
    const bytes = await readFile(path);
    bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 2000);
    const source = await decoder.bytes(bytes, 'a.mp3', never);
    expect(strongestTone(await samplesOf(source), 8000, SOUND_HERTZ)).toBeGreaterThan(0.98);
  });

  it('is refused with what ffmpeg says about it, and by its name', async () => {
    const path = join(directory, 'head.m4a');
    await writeFile(path, (await readFile(await pathOf('AAC in MP4'))).subarray(0, 200));
    await expect(decoder.file(path, 'menu.m4a', never)).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringMatching(/^menu\.m4a cannot be played: moov atom not found\. /) as string,
    });
  });

  it('that is a list of other files is refused', async () => {
    const tone = await pathOf('mp3');
    const lists = {
      'list.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${tone}\n#EXT-X-ENDLIST\n`,
      'list.ffconcat': `ffconcat version 1.0\nfile ${tone}\n`,
      'list.sdp': 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n',
    };
    for (const [name, text] of Object.entries(lists)) {
      const path = join(directory, name);
      await writeFile(path, text);
      for (const how of ['file', 'bytes'] as const) expect(await outcomeOf(open(path, how))).toBe('FILE_INVALID');
    }
  });

  it('that is no file or not there is refused', async () => {
    expect(await outcomeOf(open(directory))).toBe('FILE_INVALID');
    expect(await outcomeOf(open(join(directory, 'missing.mp3')))).toBe('FILE_NOT_FOUND');
    const pipe = join(directory, 'pipe.mp3');
    await run('mkfifo', [pipe]);
    expect(await outcomeOf(open(pipe))).toBe('FILE_INVALID');
  });
});
