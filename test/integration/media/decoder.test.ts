import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { awaitDisk } from '../../../src/disk.ts';
import { ChannelError } from '../../../src/errors.ts';
import { MediaDecoder } from '../../../src/media/source/media-decoder.ts';
import { VirtualClock } from '../../../src/virtual-clock.ts';
import { childrenOf } from '../../support/children.ts';
import { samplesOf } from '../../support/played-source.ts';
import { until } from '../../support/until.ts';
import { bytesOf, sine, wavBytes } from '../../unit/media/wav/wav-bytes.ts';

const never = new AbortController().signal;
const decoder = new MediaDecoder({ clock: systemClock, awaitDisk });
const samples = sine(440, 8000, 8000);
const wav = wavBytes(bytesOf(samples));

let directory: string;
let others: readonly number[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-decoder-'));
  others = await childrenOf();
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => {
  vi.unstubAllEnvs();
  expect(await childrenOf()).toEqual(others);
});

/** Puts a script in the place of ffmpeg. */
async function scriptAsFfmpeg(name: string, ...lines: string[]): Promise<void> {
  const path = join(directory, name);
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  vi.stubEnv('FFMPEG_PATH', path);
}

function withoutFfmpeg(): void {
  vi.stubEnv('PATH', '');
  vi.stubEnv('FFMPEG_PATH', undefined);
}

const anything = Buffer.from('ID3 and so on, but no sound at all');

describe('without ffmpeg', () => {
  it('what needs it is refused, and the message says what to do', async () => {
    withoutFfmpeg();
    const path = join(directory, 'a.mp3');
    await writeFile(path, anything);
    const refusal = {
      code: 'DECODER_MISSING',
      message: expect.stringMatching(/Install it.*FFMPEG_PATH/) as string,
    };
    await expect(decoder.file(path, 'a.mp3', never)).rejects.toMatchObject(refusal);
    await expect(decoder.bytes(anything, 'a.mp3', never)).rejects.toMatchObject(refusal);
    const adpcm = Buffer.from(wav);
    adpcm.writeUInt16LE(0x02, 20);
    await expect(decoder.bytes(adpcm, 'a.wav', never)).rejects.toMatchObject(refusal);
  });

  it('WAV files and samples without a header are played', async () => {
    withoutFfmpeg();
    const path = join(directory, 'a.wav');
    await writeFile(path, wav);
    expect(await decoder.file(path, 'a', never)).toEqual({ kind: 'file', name: 'a', path });
    expect(await decoder.bytes(wav, 'a', never)).toEqual({ kind: 'samples', name: 'a', samples, sampleRate: 8000 });
    const long = await decoder.bytes(wavBytes(bytesOf(sine(440, 8000, 3_000_000))), 'a', never);
    expect(long).toMatchObject({ kind: 'stream', stream: { sampleRate: 8000, durationMs: 375_000 } });
    expect((await samplesOf(long)).length).toBe(3_000_000);
    const raw = join(directory, 'a.sln');
    await writeFile(raw, bytesOf(samples));
    expect([...(await samplesOf(await decoder.file(raw, 'a.sln', never)))]).toEqual([...samples]);
  });

  it('a damaged WAV file is refused for what it is', async () => {
    withoutFfmpeg();
    for (const length of [0, 4, 20]) {
      await expect(decoder.bytes(wav.subarray(0, length), 'a.wav', never)).rejects.toMatchObject({
        code: 'FILE_INVALID',
      });
    }
  });

  it.each(['nowhere', '.'])('FFMPEG_PATH naming %s is as good as none', async (name) => {
    vi.stubEnv('FFMPEG_PATH', join(directory, name));
    await expect(decoder.bytes(anything, 'a.mp3', never)).rejects.toMatchObject({ code: 'DECODER_MISSING' });
  });

  it('a program that cannot be started is as good as none', async () => {
    const path = join(directory, 'for-another-machine');
    await writeFile(path, '#!/nowhere/interpreter\n');
    await chmod(path, 0o755);
    vi.stubEnv('FFMPEG_PATH', path);
    await expect(decoder.bytes(anything, 'a.mp3', never)).rejects.toMatchObject({ code: 'DECODER_MISSING' });
    const file = join(directory, 'a.mp3');
    await writeFile(file, anything);
    await expect(decoder.file(file, 'a.mp3', never)).rejects.toMatchObject({ code: 'DECODER_MISSING' });
  });
});

describe('an ffmpeg that does not do what it should', () => {
  it.each([
    ['gives nothing', 'exit 0', 'there is no audio in it'],
    ['gives nothing and complains', 'echo "[error] pipe:0: no such luck" >&2; exit 1', 'no such luck'],
    ['gives half a sample', 'printf x', 'there is no audio in it'],
    ['closes its input', 'exec <&-; exit 1', 'there is no audio in it'],
    ['dies', 'kill -9 $$', 'ffmpeg was ended by SIGKILL'],
  ])('and %s is a file that cannot be played', async (name, line, message) => {
    await scriptAsFfmpeg(name.replaceAll(' ', '-'), line);
    const much = new Uint8Array(3_000_000).fill(1);
    await expect(decoder.bytes(much, 'a.mp3', never)).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining(`a.mp3 cannot be played: ${message}`) as string,
    });
  });

  it('is killed when it hangs before any audio', async () => {
    await scriptAsFfmpeg('hangs', 'exec sleep 1000');
    const clock = new VirtualClock();
    const opening = new MediaDecoder({ clock, realClock: clock, awaitDisk }).bytes(anything, 'a.mp3', never);
    const refused = expect(opening).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('gave nothing for 15 s') as string,
    });
    await until('the guard', () => clock.pending === 1);
    clock.advance(15_000);
    await refused;
    expect(clock.pending).toBe(0);
  });

  it('is killed when it hangs in the middle, and when it is given up', async () => {
    await scriptAsFfmpeg('hangs-later', 'printf abcd', 'exec sleep 1000');
    const clock = new VirtualClock();
    for (const end of ['hang', 'close']) {
      const opening = new MediaDecoder({ clock, realClock: clock, awaitDisk }).bytes(anything, 'a.mp3', never);
      // It says nothing about the file.
      await until('the first audio', () => clock.dueTimes[0] !== undefined && clock.dueTimes[0] < clock.now() + 1000);
      clock.advance(500);
      const source = await opening;
      if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
      expect((await source.stream.read())?.length).toBe(2);
      const next = source.stream.read();
      if (end === 'hang') {
        const refused = expect(next).rejects.toMatchObject({ code: 'FILE_INVALID' });
        clock.advance(15_000);
        await refused;
      }
      await source.stream.close();
      expect(await childrenOf()).toEqual(others);
      expect(clock.pending).toBe(0);
    }
  });

  it('is killed when its opening is given up', async () => {
    await scriptAsFfmpeg('hangs', 'exec sleep 1000');
    const abort = new AbortController();
    const opening = decoder.bytes(anything, 'a.mp3', abort.signal);
    await until('the process', async () => (await childrenOf()).length > others.length);
    abort.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    await expect(decoder.bytes(anything, 'a.mp3', abort.signal)).rejects.toThrow('enough');
    await expect(decoder.file('/nowhere', 'a.mp3', abort.signal)).rejects.toThrow('enough');
  });

  it('leaves the search of the package for its own as it was', async () => {
    const { default: prism } = await import('prism-media');
    const { getInfo } = prism.FFmpeg;
    await scriptAsFfmpeg('fails', 'exit 1');
    await expect(decoder.bytes(anything, 'a.mp3', never)).rejects.toThrow(ChannelError);
    expect(prism.FFmpeg.getInfo).toBe(getInfo);
    expect(process.listenerCount('exit', () => undefined)).toBe(0);
  });
});

describe('what is behind an address', () => {
  let server: Server;
  let answer: RequestListener;
  let sockets: Set<Socket>;
  let origin: string;
  beforeAll(async () => {
    sockets = new Set();
    server = createServer((request, response) => {
      response.setHeader('connection', 'close');
      answer(request, response);
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('plays without ffmpeg when it is WAV', async () => {
    withoutFfmpeg();
    answer = (_, response) => void response.end(wav);
    expect(await decoder.url(`http://${origin}/a?b`, never)).toEqual({
      kind: 'samples',
      name: `http://${origin}/a`,
      samples,
      sampleRate: 8000,
    });
    answer = (_, response) => void response.end(anything);
    await expect(decoder.url(`http://${origin}/a.mp3`, never)).rejects.toMatchObject({ code: 'DECODER_MISSING' });
    await until('the end of the connections', () => sockets.size === 0);
  });

  it('without ffmpeg is not collected without end', async () => {
    withoutFfmpeg();
    const piece = new Uint8Array(1_000_000);
    answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.write(wav);
      response.on('drain', more);
      more();
    };
    await expect(decoder.url(`http://${origin}/endless`, never)).rejects.toMatchObject({
      code: 'URL_FAILED',
      message: expect.stringContaining('larger than 50 MB') as string,
    });
  });

  it.each([
    [404, 'the server says 404'],
    [403, 'the server says 403'],
    [500, 'the server says 500'],
    [304, 'the server says 304'],
    [204, 'the server sent nothing'],
  ])('is refused with the status %i', async (status, message) => {
    answer = (_, response) => void response.writeHead(status).end();
    await expect(decoder.url(`http://${origin}/a`, never)).rejects.toMatchObject({
      code: 'URL_FAILED',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is found by redirection, within reason', async () => {
    withoutFfmpeg();
    answer = ({ url = '' }, response) => {
      const left = Number(url.slice(1));
      if (left === 0) response.end(wav);
      else response.writeHead(302, { location: `/${left - 1}` }).end('not here');
    };
    expect(await decoder.url(`http://${origin}/5`, never)).toMatchObject({ kind: 'samples' });
    await expect(decoder.url(`http://${origin}/6`, never)).rejects.toMatchObject({
      code: 'URL_FAILED',
      message: expect.stringContaining('redirected more than 5 times') as string,
    });
    for (const location of ['file:///etc/passwd', 'ftp://host/', '']) {
      answer = (_, response) => void response.writeHead(302, { location }).end();
      const { code } = (await decoder
        .url(`http://${origin}/a`, never)
        .catch((error: ChannelError) => error)) as ChannelError;
      expect(code).toBe('URL_FAILED');
    }
  });

  it('is asked for with user and password, of which nothing is said to anybody else', async () => {
    withoutFfmpeg();
    const seen: (string | undefined)[] = [];
    answer = ({ url, headers }, response) => {
      seen.push(headers.authorization);
      if (url?.startsWith('/here')) response.writeHead(302, { location: '/same' }).end();
      else if (url === '/same')
        response.writeHead(302, { location: `http://localhost:${origin.split(':')[1]}/away` }).end();
      else response.writeHead(404).end();
    };
    const error = await decoder
      .url(`http://me:p%40ss@${origin}/here?token=t0ken`, never)
      .catch((reason: Error) => reason);
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(seen.slice(0, 2)).toEqual([basic, basic]);
    expect(seen.slice(2).filter((value) => value !== undefined)).toEqual([]);
    expect(String(error)).toContain(`http://${origin}/here`);
    expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/p@ss|p%40ss|t0ken/);
  });

  it.each(['ftp://host/a', 'file:///etc/passwd', 'nonsense', 'data:audio/wav;base64,AAAA'])(
    '%s is not fetched',
    async (address) => {
      await expect(decoder.url(address, never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    },
  );

  it('is refused when nobody listens or the connection breaks', async () => {
    await expect(decoder.url('http://127.0.0.1:1/a', never)).rejects.toMatchObject({ code: 'URL_FAILED' });
    answer = (request) => void request.socket.destroy();
    await expect(decoder.url(`http://${origin}/a`, never)).rejects.toMatchObject({ code: 'URL_FAILED' });
    withoutFfmpeg();
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(wav, () => request.socket.destroy());
    };
    await expect(decoder.url(`http://${origin}/a`, never)).rejects.toMatchObject({ code: 'URL_FAILED' });
  });

  it.each(['headers', 'body'])('is given up after 10 s without a byte of its %s', async (part) => {
    const clock = new VirtualClock();
    let asked = false;
    answer = (_, response) => {
      if (part === 'body') response.write('RIFF');
      asked = true;
    };
    const fetching = new MediaDecoder({ clock, realClock: clock, awaitDisk }).url(`http://${origin}/a`, never);
    const refused = expect(fetching).rejects.toMatchObject({
      code: 'URL_FAILED',
      message: expect.stringContaining('nothing came for 10 s') as string,
    });
    let over = false;
    void refused.finally(() => {
      over = true;
    });
    await until('the request', () => asked);
    clock.advance(9_999);
    expect(clock.pending).toBe(1);
    // The bytes of a body may not have come yet.
    await until('the refusal', () => {
      clock.advance(clock.pending > 0 ? 10_000 : 0);
      return over;
    });
    await refused;
    expect(clock.pending).toBe(0);
    await until('the end of the connection', () => sockets.size === 0);
  });

  it('is not fetched any more when that is given up', async () => {
    let asked = false;
    answer = () => {
      asked = true;
    };
    const abort = new AbortController();
    const fetching = decoder.url(`http://${origin}/a`, abort.signal);
    await until('the request', () => asked);
    abort.abort(new Error('enough'));
    await expect(fetching).rejects.toThrow('enough');
    await until('the end of the connection', () => sockets.size === 0);
  });

  it('goes through ffmpeg as it comes, and no faster than it is listened to', async () => {
    // It gives what it takes.
    await scriptAsFfmpeg('cat', 'echo "[info] Stream mapping:" >&2', 'exec cat');
    let sent = 0;
    const piece = new Uint8Array(100_000).fill(1);
    answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.on('drain', more);
      more();
    };
    const source = await decoder.url(`http://${origin}/radio`, never);
    if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
    let before = -1;
    await until('the server to stand still', async () => {
      const still = sent === before;
      before = sent;
      await new Promise((resolve) => systemClock.schedule(systemClock.now() + 200, () => resolve(undefined)));
      return still;
    });
    // Buffers of the system on both sides, which are megabytes here, and little of ours.
    expect(sent).toBeLessThan(20_000_000);
    let read = 0;
    while (read < 2 * sent) read += (await source.stream.read())?.byteLength ?? 0;
    await source.stream.close();
    await until('the end of the connection', () => sockets.size === 0);
  });

  it('that breaks off is heard as far as it came and then fails', async () => {
    await scriptAsFfmpeg('cat', 'echo "[info] Stream mapping:" >&2', 'exec cat');
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(new Uint8Array(64_000).fill(1), () =>
        systemClock.schedule(systemClock.now() + 50, () => request.socket.destroy()),
      );
    };
    const source = await decoder.url(`http://${origin}/a.mp3`, never);
    if (source.kind !== 'stream') throw new Error(`it is a ${source.kind}`);
    let heard = 0;
    const toTheEnd = async (): Promise<void> => {
      for (let piece = await source.stream.read(); piece; piece = await source.stream.read()) heard += piece.length;
    };
    await expect(toTheEnd()).rejects.toMatchObject({ code: 'URL_FAILED' });
    expect(heard).toBe(32_000);
    await source.stream.close();
  });
});
