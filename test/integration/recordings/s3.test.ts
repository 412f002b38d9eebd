import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import {
  ChannelError,
  type RecordingStorage,
  type S3StorageOptions,
  s3Storage,
  UserAgent,
} from '../../../src/index.ts';
import { openStore } from '../../support/recording-stores.ts';
import { startS3Server } from '../../support/s3-server.ts';

const WAV = new Uint8Array(toneWav(440, 100));
const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const NEVER = new AbortController().signal;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let servers: Server[] = [];

/** A store that answers as it is told, one answer after the other; the last one again and again. */
async function store(
  ...answers: readonly [Answer, ...Answer[]]
): Promise<{ readonly options: S3StorageOptions; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    answer?.(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return { asked, options: { endpoint, bucket: 'messages', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET } };
}

const says =
  (status: number, text = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(text);

async function errorOf(promise: Promise<unknown>): Promise<ChannelError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChannelError);
  return error as ChannelError;
}

const write = (storage: RecordingStorage, name = 'a.wav'): Promise<void> =>
  storage.write(
    name,
    { bytes: WAV.length, stream: () => new Blob([WAV]).stream() },
    { metadata: {}, ifExists: 'overwrite', signal: NEVER },
  );

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
});

describe('an S3 store', () => {
  it('lists more than fits on a page, of its own prefix alone', { timeout: 60_000 }, async () => {
    await using server = await startS3Server();
    const some = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
    const other = s3Storage(server.options);
    await write(other);
    const mine = s3Storage({ ...server.options, prefix: 'mine' });
    for (let at = 0; at < some.length; at += 50) {
      await Promise.all(some.slice(at, at + 50).map((name) => write(mine, `${name}.wav`)));
    }
    await using place = await openStore(async () => mine);
    const { recordings } = place.stored;
    expect((await recordings.list()).map(({ name }) => name)).toEqual(some);
    expect(await other.list('mine/many/', NEVER)).toHaveLength(1005);
  });

  it('refuses who signs with the wrong key, and no secret is told', async () => {
    await using server = await startS3Server();
    const storage = s3Storage({ ...server.options, secretAccessKey: SECRET });
    const error = await errorOf(storage.list('', NEVER));
    expect(error.code).toBe('STORAGE_FAILED');
    expect(error.message).toMatch(/answers GET .* with 403 \(SignatureDoesNotMatch/);
    expect(inspect([error, storage], { depth: 10, showHidden: true })).not.toContain(SECRET);
  });

  it('is looked at when a user agent starts', async () => {
    await using server = await startS3Server();
    const storage = s3Storage({ ...server.options, bucket: 'not-there' });
    const error = await errorOf(UserAgent.start({ port: 0, address: '127.0.0.1', recordings: { storage } }));
    expect([error.code, error.message]).toEqual(['STORAGE_FAILED', expect.stringContaining('NoSuchBucket')]);
  });

  it('that echoes secrets in its messages has them cut out', async () => {
    const { options } = await store(
      says(400, `<Error><Code>Bad</Code><Message>key ${SECRET} of AKIDEXAMPLE</Message></Error>`),
    );
    const { message } = await errorOf(s3Storage(options).list('', NEVER));
    expect(message).toContain('(Bad: key … of …)');
  });

  it('that is too busy is asked again, three times', async () => {
    const page = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
    const busy = await store(says(503), says(429), says(200, page));
    expect(await s3Storage(busy.options).list('', NEVER)).toEqual([]);
    expect(busy.asked).toHaveLength(3);
    const broken = await store(says(500, '<Error><Code>InternalError</Code></Error>'));
    expect((await errorOf(write(s3Storage(broken.options)))).message).toContain('with 500 (InternalError)');
    expect(broken.asked).toEqual(Array.from({ length: 3 }, () => 'PUT /messages/a.wav'));
  });

  it('that does not answer is given up', async () => {
    const silent = await store(() => undefined);
    const error = await errorOf(s3Storage({ ...silent.options, timeout: 20 }).head('a.wav', NEVER));
    expect([error.code, error.message]).toEqual(['STORAGE_FAILED', expect.stringContaining('not answered for 20 ms')]);
    const closed = await store(says(200));
    servers.pop()?.close();
    expect((await errorOf(s3Storage(closed.options).head('a.wav', NEVER))).message).toMatch(/cannot be reached: ECONN/);
  });

  it('that stops in the middle of a recording is noticed', async () => {
    const { options } = await store((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('RIFF');
    });
    const stream = await s3Storage({ ...options, timeout: 20 }).read('a.wav', undefined, NEVER);
    const reader = stream.getReader();
    expect((await reader.read()).value).toHaveLength(4);
    const error = await errorOf(reader.read());
    expect([error.code, error.message]).toEqual(['STORAGE_FAILED', expect.stringContaining('nothing for 20 ms')]);
  });

  it('that stops in the middle of a list, or of saying why not, is noticed too', async () => {
    const halfway =
      (status: number): Answer =>
      (_, response) =>
        void response.writeHead(status, { 'content-length': '1000' }).write('<Error><Code>AccessDenied</Code>');
    const listing = await store(halfway(200));
    const error = await errorOf(s3Storage({ ...listing.options, timeout: 20 }).list('', NEVER));
    expect([error.code, error.message]).toEqual(['STORAGE_FAILED', expect.stringContaining('nothing for 20 ms')]);
    const refusing = await store(halfway(403));
    const refusal = await errorOf(s3Storage({ ...refusing.options, timeout: 20 }).list('', NEVER));
    expect([refusal.code, refusal.message]).toEqual(['STORAGE_FAILED', expect.stringContaining('with 403')]);
  });

  it('that sends something else is no store', async () => {
    const page = await store(says(200, '<html>Welcome</html>'));
    expect((await errorOf(s3Storage(page.options).list('', NEVER))).message).toContain('no list of objects');
    const moved = await store(says(301, '', { location: 'http://127.0.0.1:1/' }));
    expect((await errorOf(s3Storage(moved.options).head('a.wav', NEVER))).message).toContain(
      'check endpoint and region',
    );
    expect(moved.asked).toHaveLength(1);
  });

  it('lets only one of two writers have a name, and does without when it cannot', async () => {
    const put = { metadata: {}, ifExists: 'fail', signal: NEVER } as const;
    const content = { bytes: WAV.length, stream: () => new Blob([WAV]).stream() };
    const lost = await store(says(404), says(412));
    expect((await errorOf(s3Storage(lost.options).write('a.wav', content, put))).code).toBe('FILE_EXISTS');
    const old = await store(says(404), says(501), says(200));
    await s3Storage(old.options).write('a.wav', content, put);
    expect(old.asked).toEqual(['HEAD /messages/a.wav', 'PUT /messages/a.wav', 'PUT /messages/a.wav']);
  });

  it('ends a request when its signal is aborted', async () => {
    const abort = new AbortController();
    const { options, asked } = await store(() => abort.abort('enough'));
    await using place = await openStore(async () => s3Storage(options));
    await expect(place.stored.recordings.list({ signal: abort.signal })).rejects.toBe('enough');
    expect(asked).toHaveLength(1);
  });

  it('takes good options only, and never shows a secret that is wrong', () => {
    const good: S3StorageOptions = {
      endpoint: 'https://s3.example',
      bucket: 'abc',
      accessKeyId: 'a',
      secretAccessKey: 'b',
    };
    expect(() => s3Storage(good)).not.toThrow();
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ endpoint: 'ftp://s3.example' }, /endpoint/],
      [{ endpoint: `https://user:${SECRET}@s3.example` }, /endpoint/],
      [{ bucket: '../other' }, /bucket/],
      [{ bucket: '..' }, /bucket/],
      [{ region: 'a b' }, /region/],
      [{ accessKeyId: '' }, /accessKeyId/],
      [{ secretAccessKey: `${SECRET}\n` }, /secretAccessKey/],
      [{ prefix: 'a/../b' }, /prefix/],
      [{ timeout: -1 }, /timeout/],
      [{ secret: SECRET }, /no option "secret"/],
    ];
    for (const [options, message] of wrong) {
      const making = (): unknown => s3Storage({ ...good, ...options });
      expect(making).toThrow(message);
      expect(making).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.not.stringContaining(SECRET) }),
      );
    }
  });
});
