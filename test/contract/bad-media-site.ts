import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toneWav } from '../../bench/tone-wav.ts';
import type { SpeechProvider } from '../../src/index.ts';

const GOOD = toneWav(440, 400, 8000);
/** What can be played at any time. */
export const SHORT = { file: 'short.wav', ms: 100 };

/** The first bytes of files that begin like one of their kind and hold nothing: damaged for whatever decodes them. */
const CUT: Readonly<Record<string, Buffer>> = {
  'cut.mp3': Buffer.from([0xff, 0xfb, 0x90, 0x44, 0, 0, 0, 0]),
  'cut.flac': Buffer.from('fLaC\0\0\0\x22', 'latin1'),
  'cut.ogg': Buffer.from('OggS\0\x02\0\0', 'latin1'),
  'cut.m4a': Buffer.from('\0\0\0\x20ftypM4A ', 'latin1'),
};

/** Files that are no good, by name. */
const BAD_FILES: Readonly<Record<string, Buffer>> = {
  'empty.wav': Buffer.alloc(0),
  'text.wav': Buffer.from('This is not sound at all.'.repeat(10)),
  'header.wav': GOOD.subarray(0, 30),
  'nodata.wav': GOOD.subarray(0, 36),
  'sounds/en/damaged.wav': GOOD.subarray(0, 30),
  'sounds/en/packed.mp3': CUT['cut.mp3'] ?? Buffer.alloc(0),
  ...CUT,
};

/** Names that lead out of a media directory; `link.wav` and `up` are links. */
export const NAMES_OUTSIDE = ['../secret.wav', '/etc/passwd', 'a/../../secret.wav', 'C:/a.wav', 'link.wav', 'up/a.wav'];
export const BAD_WAVS = ['empty.wav', 'text.wav', 'header.wav', 'nodata.wav'];
export const CUT_FILES = Object.keys(CUT);

/**
 * Makes a media directory with everything in it that can be wrong with media, and beside it what must not be reached: `secret.wav`, and
 * `secrets` with a file in it.
 */
export async function fillBadMedia({ folder, outside }: BadMediaSite): Promise<void> {
  const files = {
    'prompt.wav': GOOD,
    [SHORT.file]: toneWav(440, SHORT.ms, 8000),
    'long.wav': toneWav(440, 5000, 8000),
    'bare.sln': Buffer.alloc(64_000, 1),
    'sounds/en/hello.wav': GOOD,
    'sounds/de/nur-deutsch.wav': GOOD,
    ...BAD_FILES,
  };
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  await mkdir(join(folder, 'folder.wav'));
  await mkdir(join(outside, 'secrets'), { recursive: true });
  await writeFile(join(outside, 'secret.wav'), GOOD);
  await writeFile(join(outside, 'secrets', 'a.wav'), GOOD);
  await symlink(join(outside, 'secret.wav'), join(folder, 'link.wav'));
  await symlink(join(outside, 'new.wav'), join(folder, 'dangling.wav'));
  await symlink(join(outside, 'secrets'), join(folder, 'up'));
}

/** Speaks, or does not, as the text says: `fail`, `nothing`, `rubbish` and `hang` go wrong before any audio, `break off` after some; `endless` goes on. */
export class MoodySpeech implements SpeechProvider {
  readonly name = 'moody';
  /** How many texts are being spoken, or are tried. */
  running = 0;

  async synthesize(text: string, { signal }: { readonly signal: AbortSignal }) {
    if (text.includes('fail')) throw new Error('no voice today');
    return { sampleRate: 8000, audio: this.#audio(text, signal) };
  }

  async *#audio(text: string, signal: AbortSignal): AsyncGenerator<Int16Array> {
    this.running++;
    try {
      if (text.includes('nothing')) return;
      if (text.includes('rubbish')) yield 'rubbish' as unknown as Int16Array;
      if (text.includes('hang')) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      do yield Int16Array.from({ length: 800 }, (_, index) => 9000 * Math.sin(index / 3));
      while (text.includes('endless'));
      if (text.includes('break off')) throw new Error('lost the thread');
    } finally {
      this.running--;
    }
  }
}

/** A web server whose media are bad, each at its path. */
export interface BadServer extends AsyncDisposable {
  readonly origin: string;
  /** How many requests are under way. A connection without any, which Node keeps for a moment, is none. */
  requests(): number;
}

const ANSWERS: Readonly<Record<string, RequestListener>> = {
  '/missing.wav': (_, response) => void response.writeHead(404).end('nothing here'),
  '/fails.wav': (_, response) => void response.writeHead(500).end(),
  '/empty.wav': (_, response) => void response.end(),
  '/breaks.wav': (request) => void request.socket.destroy(),
  '/round.wav': (_, response) => void response.writeHead(302, { location: '/round.wav' }).end(),
  '/away.wav': (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/header.wav': (_, response) => void response.end(GOOD.subarray(0, 30)),
  '/cut.mp3': (_, response) => void response.end(CUT['cut.mp3']),
  '/is-silent.wav': () => undefined,
  '/stalls.wav': (_, response) => void response.write(GOOD.subarray(0, 8)),
};

async function openBadServer(): Promise<BadServer> {
  let underWay = 0;
  const server = createServer((request, response) => {
    underWay++;
    response.on('close', () => underWay--);
    response.setHeader('connection', 'close');
    ANSWERS[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => underWay,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Everything that is bad, in one place. */
export interface BadMediaSite extends AsyncDisposable {
  /** The media directory of the user agents, or of the fake calls. */
  folder: string;
  /** Holds what must not be reached. */
  readonly outside: string;
  readonly server: BadServer;
  readonly speech: MoodySpeech;
  /** An ffmpeg that finds no audio in anything. */
  readonly uselessFfmpeg: string;
}

export async function openBadMediaSite(): Promise<BadMediaSite> {
  const base = await mkdtemp(join(tmpdir(), 'offhook-bad-media-'));
  const uselessFfmpeg = join(base, 'useless-ffmpeg');
  await writeFile(uselessFfmpeg, '#!/bin/sh\necho "[error] Invalid data found when processing input" >&2\nexit 1\n');
  await chmod(uselessFfmpeg, 0o755);
  const server = await openBadServer();
  return {
    folder: join(base, 'media'),
    outside: join(base, 'outside'),
    server,
    speech: new MoodySpeech(),
    uselessFfmpeg,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(base, { recursive: true, force: true });
    },
  };
}
