import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { bytesOf } from '../../../src/channel/recordings/byte-stream.ts';
import { isChannelError, localStorage, type RecordingStorage, type Recordings, s3Storage } from '../../../src/index.ts';
import { openStore, type Store } from '../../support/recording-stores.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';

const WAV = new Uint8Array(toneWav(440, 500));
const OTHER = new Uint8Array(toneWav(880, 250));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

let server: S3Server;
let buckets = 0;
let elsewhere: string;

beforeAll(async () => {
  server = await startS3Server();
  elsewhere = await mkdtemp(join(tmpdir(), 'offhook-elsewhere-'));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

const STORES: Readonly<Record<string, (media: string) => Promise<RecordingStorage>>> = {
  'the media directory': async (directory) => localStorage({ directory }),
  'another directory': async () => {
    const directory = join(elsewhere, String(++buckets));
    await mkdir(directory);
    return localStorage({ directory });
  },
  'an S3 store': async () => s3Storage({ ...server.options, prefix: `test-${++buckets}/recordings/` }),
};

describe.each(Object.entries(STORES))('recordings in %s', (where, storage) => {
  let store: Store;
  let recordings: Recordings;

  beforeEach(async () => {
    store = await openStore(storage);
    ({ recordings } = store.stored);
  });
  afterEach(() => store[Symbol.asyncDispose]());

  const names = async (prefix?: string): Promise<readonly string[]> =>
    (await recordings.list({ prefix })).map(({ name }) => name);

  it('come from bytes, streams and files, and are as they were', async () => {
    await writeFile(join(store.media, 'new.wav'), WAV);
    await recordings.save('new.wav', 'from/file');
    await recordings.save(WAV, 'from/bytes.wav');
    await recordings.save(pieces(WAV), 'from/pieces');
    await recordings.save(new Blob([WAV]).stream(), 'from/stream');
    expect(await names('from')).toEqual(['from/bytes', 'from/file', 'from/pieces', 'from/stream']);
    for (const name of await names('from')) {
      expect(await bytesOf(await recordings.read(name))).toEqual(WAV);
    }
    expect(await readFile(join(store.media, 'new.wav'))).toEqual(Buffer.from(WAV));
  });

  it('say how long they are, and what was written down', async () => {
    const before = Date.now();
    await recordings.save(WAV, 'voicemail/305/1411503204.75', { metadata: { caller: 'Jürgen <305>', note: ' 50% ' } });
    const found = await recordings.get('voicemail/305/1411503204.75');
    expect(found).toMatchObject({
      name: 'voicemail/305/1411503204.75',
      extension: 'wav',
      bytes: WAV.length,
      durationMs: 500,
      format: 'PCM16',
      rate: 8000,
      channels: 1,
      metadata: { caller: 'Jürgen <305>', note: ' 50% ' },
    });
    expect(found.created.getTime()).toBeGreaterThan(before - 2000);
    expect(await recordings.get('voicemail/305/1411503204.75.wav')).toEqual(found);
    await recordings.setMetadata('voicemail/305/1411503204.75', { heard: 'yes' });
    const changed = await recordings.get('voicemail/305/1411503204.75');
    expect(changed.metadata).toEqual({ heard: 'yes' });
    expect(Math.abs(changed.created.getTime() - found.created.getTime())).toBeLessThan(2);
    await recordings.setMetadata('voicemail/305/1411503204.75', {});
    expect((await recordings.get('voicemail/305/1411503204.75')).metadata).toEqual({});
  });

  it('are listed by whole folders, sorted', async () => {
    for (const name of [
      'voicemail/305/2',
      'voicemail/305/10',
      'voicemail/30/1',
      'voicemail/30',
      'Z',
      'a b;c=d+(e)!*~é',
    ]) {
      await recordings.save(OTHER, name);
    }
    expect(await names()).toEqual([
      'Z',
      'a b;c=d+(e)!*~é',
      'voicemail/30',
      'voicemail/30/1',
      'voicemail/305/10',
      'voicemail/305/2',
    ]);
    expect(await names('voicemail/30')).toEqual(['voicemail/30/1']);
    expect(await names('voicemail/305/')).toEqual(['voicemail/305/10', 'voicemail/305/2']);
    expect(await names('voicemail/3')).toEqual([]);
    const [first] = await recordings.list({ prefix: 'voicemail/30' });
    expect(first).toMatchObject({ extension: 'wav', bytes: OTHER.length });
  });

  it('can be read in parts', async () => {
    await recordings.save(WAV, 'part');
    const part = async (start?: number, end?: number): Promise<Uint8Array> =>
      bytesOf(await recordings.read('part', { start, end }));
    expect(await part(0, 44)).toEqual(WAV.slice(0, 44));
    expect(await part(44)).toEqual(WAV.slice(44));
    expect(await part(100, 10_000_000)).toEqual(WAV.slice(100));
    expect(await part(10, 10)).toHaveLength(0);
    expect(await part(WAV.length)).toHaveLength(0);
    expect(await codeOf(recordings.read('part', { start: 5, end: 4 }))).toBe('INVALID_ARGUMENT');
    const stream = await recordings.read('part');
    await stream.cancel();
  });

  it('are copied, renamed and deleted with what was written down', async () => {
    await recordings.save(WAV, 'one', { metadata: { caller: '1' } });
    const { created } = await recordings.get('one');
    await recordings.copy('one', 'folder/two');
    await recordings.rename('folder/two', 'three.wav');
    expect(await names()).toEqual(['one', 'three']);
    const three = await recordings.get('three');
    expect(three.metadata).toEqual({ caller: '1' });
    expect(Math.abs(three.created.getTime() - created.getTime())).toBeLessThan(2);
    expect(await bytesOf(await recordings.read('three'))).toEqual(WAV);
    await recordings.delete('one');
    expect(await names()).toEqual(['three']);
    await recordings.save(OTHER, 'one');
    expect((await recordings.get('one')).metadata).toEqual({});
  });

  it('that are not there say so', async () => {
    expect(await codeOf(recordings.get('none'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.read('none'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.copy('none', 'a'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.rename('none', 'a'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.delete('none'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.setMetadata('none', { a: 'b' }))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(store.stored.sources.source('none'))).toBe('RECORDING_NOT_FOUND');
    expect(await codeOf(recordings.save('none.wav', 'a'))).toBe('FILE_NOT_FOUND');
    await recordings.save(WAV, 'once');
    await recordings.delete('once');
    expect(await codeOf(recordings.delete('once'))).toBe('RECORDING_NOT_FOUND');
  });

  it('are not replaced unless that is allowed', async () => {
    await recordings.save(WAV, 'one', { metadata: { a: '1' } });
    await recordings.save(OTHER, 'two');
    expect(await codeOf(recordings.save(OTHER, 'one'))).toBe('FILE_EXISTS');
    expect(await codeOf(recordings.copy('two', 'one'))).toBe('FILE_EXISTS');
    expect(await codeOf(recordings.rename('two', 'one'))).toBe('FILE_EXISTS');
    expect(await codeOf(recordings.copy('one', 'one'))).toBe('FILE_EXISTS');
    expect(await bytesOf(await recordings.read('one'))).toEqual(WAV);
    await recordings.copy('two', 'one', { ifExists: 'overwrite' });
    expect(await bytesOf(await recordings.read('one'))).toEqual(OTHER);
    expect((await recordings.get('one')).metadata).toEqual({});
    await recordings.save(WAV, 'one', { ifExists: 'overwrite' });
    await recordings.rename('two', 'one', { ifExists: 'overwrite' });
    expect(await names()).toEqual(['one']);
  });

  it('reach nothing outside, and take no nonsense', async () => {
    await recordings.save(WAV, 'one');
    for (const name of ['../one', '/etc/passwd', 'a/../../b', 'C:\\a', 'nul', '..']) {
      expect(await codeOf(recordings.get(name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(recordings.save(WAV, name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(recordings.copy('one', name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(recordings.rename('one', name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(recordings.delete(name)), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
      expect(await codeOf(recordings.list({ prefix: name })), name).toBe('FILE_OUTSIDE_MEDIA_DIRECTORY');
    }
    for (const metadata of [
      { Caller: '1' },
      { 'a b': '1' },
      { a: 'b\nc' },
      { a: 5 },
      { 'offhook-created': 'x' },
      { a: 'x'.repeat(3000) },
      null,
    ]) {
      expect(await codeOf(recordings.setMetadata('one', metadata as never))).toBe('INVALID_ARGUMENT');
    }
    expect(await codeOf(recordings.save(WAV, 'two.ogg'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(recordings.save(new Uint8Array(100), 'two'))).toBe('FILE_INVALID');
    expect(await codeOf(recordings.save(5 as never, 'two'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(recordings.save('x'.split('').values() as never, 'two'))).toBe('INVALID_ARGUMENT');
    expect(await names()).toEqual(['one']);
  });

  it('store all of a stream or nothing', async () => {
    const broken = new Error('the line broke');
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield WAV.subarray(0, 4000);
      throw broken;
    }
    await expect(recordings.save(breaking(), 'half')).rejects.toBe(broken);
    expect(await names()).toEqual([]);
    const abort = new AbortController();
    async function* aborted(): AsyncGenerator<Uint8Array> {
      yield WAV.subarray(0, 4000);
      abort.abort('enough');
      yield WAV.subarray(4000);
    }
    await expect(recordings.save(aborted(), 'half', { signal: abort.signal })).rejects.toBe('enough');
    expect(await names()).toEqual([]);
  });

  it('can be moved to the store when they have been recorded', async () => {
    await mkdir(join(store.media, 'voicemail'));
    await writeFile(join(store.media, 'voicemail', '1.wav'), WAV);
    await recordings.save('voicemail/1.wav', 'voicemail/1', { metadata: { a: 'b' }, move: true });
    expect((await recordings.get('voicemail/1')).metadata).toEqual({ a: 'b' });
    expect(await store.stored.files.exists('voicemail/1.wav')).toBe(where === 'the media directory');
    expect(await bytesOf(await recordings.read('voicemail/1'))).toEqual(WAV);
  });

  it('are played bit by bit as they are', async () => {
    await recordings.save(WAV, 'voicemail/1');
    const source = await store.stored.sources.source('voicemail/1');
    expect(source).toMatchObject({ kind: 'file', name: 'recording:voicemail/1' });
    if (source.kind !== 'file') return;
    expect(new Uint8Array(await readFile(source.path))).toEqual(WAV);
    expect(await store.stored.sources.source('voicemail/1.wav')).toEqual(source);
    await recordings.save(OTHER, 'voicemail/1', { ifExists: 'overwrite' });
    const again = await store.stored.sources.source('voicemail/1');
    if (again.kind === 'file') expect(new Uint8Array(await readFile(again.path))).toEqual(OTHER);
  });

  it('tell who plays them that they are deleted or renamed, once, and nobody else', async () => {
    const { sources, open } = store.stored;
    await recordings.save(WAV, 'one');
    await recordings.save(WAV, 'two');
    const gone: string[] = [];
    using one = open.play([await sources.source('one'), await sources.source('one')], ({ code }) =>
      gone.push(`one ${code}`),
    );
    using two = open.play([await sources.source('two')], ({ code }) => gone.push(`two ${code}`));
    using over = open.play([await sources.source('one')], () => gone.push('over'));
    over[Symbol.dispose]();
    await recordings.delete('one');
    expect(gone).toEqual(['one RECORDING_DELETED']);
    await recordings.rename('two', 'three');
    expect(gone).toEqual(['one RECORDING_DELETED', 'two RECORDING_DELETED']);
    one[Symbol.dispose]();
    two[Symbol.dispose]();
    expect([open.isPlayed('one.wav'), open.isPlayed('two.wav')]).toEqual([false, false]);
  });
});
