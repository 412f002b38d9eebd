import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpSpeechOptions, httpSpeech } from '../../../../src/index.ts';
import { wavBytes } from '../../../../src/speech/wav/wav-bytes.codec.ts';
import { until } from '../../../support/until.ts';

const ALWAYS = new AbortController().signal;
const WAV = wavBytes([Int16Array.of(1, 2, 3)], 16_000);

let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (data: Buffer) => {
    body += data.toString();
  });
  request.on('end', () => answer(request, response, body));
});
let origin: string;

beforeEach(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

async function say(
  options: Partial<HttpSpeechOptions> = {},
  request: object = {},
): Promise<{ readonly sampleRate: number; readonly samples: readonly number[] }> {
  const provider = httpSpeech({
    url: `${origin}/say?key=secret`,
    headers: { Authorization: 'Bearer secret' },
    ...options,
  });
  const { sampleRate, audio } = await provider.synthesize('Hello', { rate: 1, signal: ALWAYS, ...request });
  const samples: number[] = [];
  for await (const piece of audio) samples.push(...piece);
  return { sampleRate, samples };
}

function wav(response: ServerResponse): void {
  response.setHeader('Content-Type', 'audio/wav').end(WAV);
}

/** The message of what it rejects with, which must have no secret in it. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, message } = error as { readonly code: string; readonly message: string };
  expect(message).not.toContain('secret');
  return `${code} ${message}`;
}

describe('a service that speaks', () => {
  it('is asked with JSON and answers with a WAV file', async () => {
    const asked: unknown[] = [];
    answer = (request, response, body) => {
      asked.push(request.method, request.url, request.headers.authorization, JSON.parse(body));
      wav(response);
    };
    expect(await say({ voice: 'anna' }, { language: 'de' })).toEqual({ sampleRate: 16_000, samples: [1, 2, 3] });
    const body = { text: 'Hello', voice: 'anna', language: 'de', rate: 1 };
    expect(asked).toEqual(['POST', '/say?key=secret', 'Bearer secret', body]);
  });

  it('is asked as it wants, with fresh header fields each time', async () => {
    let count = 0;
    const asked: unknown[] = [];
    answer = (request, response, body) => {
      asked.push(`${request.method} ${request.headers['x-token']} ${body}`);
      wav(response);
    };
    const provider = httpSpeech({
      url: origin,
      method: 'PUT',
      headers: async () => ({ 'X-Token': String(++count) }),
      body: (text, { voice, rate }) => `${text}|${voice}|${rate}`,
    });
    for (const voice of ['a', 'b']) await provider.synthesize('Hi', { voice, rate: 2, signal: ALWAYS });
    expect(asked).toEqual(['PUT 1 Hi|a|2', 'PUT 2 Hi|b|2']);
  });

  it('may answer with samples alone', async () => {
    answer = (_request, response) =>
      response.setHeader('Content-Type', 'audio/L16; rate=8000; channels=1').end(Buffer.of(0, 5, 0xff, 0xff));
    expect(await say()).toEqual({ sampleRate: 8000, samples: [5, -1] });
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'an error',
      (response) => response.writeHead(503).end('secret'),
      /^SPEECH_FAILED .*\/say failed: it answered 503$/,
    ],
    [
      'MP3',
      (response) => response.setHeader('Content-Type', 'audio/mpeg').end('ID3'),
      /^SPEECH_FAILED .*audio\/mpeg.*audio\/wav/,
    ],
    [
      'samples of no rate',
      (response) => response.setHeader('Content-Type', 'audio/L16').end('ab'),
      /^SPEECH_FAILED .*no rate/,
    ],
    [
      'a page',
      (response) => response.setHeader('Content-Type', 'audio/wav').end('<html>'),
      /^SPEECH_FAILED .*no WAV file/,
    ],
    ['nothing', (response) => response.end(), /^SPEECH_FAILED .*no WAV file/],
    [
      'a redirection',
      (response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      /^SPEECH_FAILED .*redirect/,
    ],
    ['the end of the connection', (response) => void response.destroy(), /^SPEECH_FAILED /],
  ])('fails when it answers with %s', async (_what, how, message) => {
    answer = (_request, response) => void how(response);
    expect(await failure(say())).toMatch(message);
  });

  it('fails when nobody is there', async () => {
    expect(await failure(say({ url: 'http://127.0.0.1:1/secret?key=secret'.replace('/secret', '/') }))).toMatch(
      /^SPEECH_FAILED .*ECONNREFUSED|bad port/,
    );
  });

  it.each([
    ['never answers', () => undefined],
    [
      'stops in the middle',
      (response: ServerResponse) => void response.setHeader('Content-Type', 'audio/wav').write(WAV.subarray(0, 46)),
    ],
  ])('is given up when it %s', async (_what, how) => {
    answer = (_request, response) => how(response);
    expect(await failure(say({ stallTimeout: 50 }))).toMatch(/^SPEECH_TIMEOUT .*sent nothing for 50 ms$/);
    expect(await failure(say({ stallTimeout: 10_000, totalTimeout: 50 }))).toMatch(
      /^SPEECH_TIMEOUT .*took more than 50 ms$/,
    );
  });

  it('is hung up on when nobody wants the speech any more', async () => {
    const gone: true[] = [];
    answer = (request, response) => {
      request.socket.on('close', () => gone.push(true));
      response.setHeader('Content-Type', 'audio/wav').write(WAV.subarray(0, 46));
    };
    const abort = new AbortController();
    const work = say({}, { signal: abort.signal });
    const rejected = expect(work).rejects.toBe('enough');
    await until(
      'the request',
      async () =>
        (await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))) > 0,
    );
    abort.abort('enough');
    await rejected;
    await until('the end of the connection', () => gone.length === 1);
  });

  it.each([
    { url: 'ftp://x' },
    { url: 'say' },
    { url: 'http://x', stallTimeout: -1 },
    Object.fromEntries([
      ['url', 'http://x'],
      ['stalTimeout', 5],
    ]),
  ])('refuses %o', (options) => {
    expect(() => httpSpeech({ url: '', ...options })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
