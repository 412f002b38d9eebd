import type {
  ByteRange,
  RecordingMetadata,
  RecordingStorage,
  StorageContent,
  StorageCopyOptions,
  StorageEntry,
  StorageFacts,
  StorageWriteOptions,
} from '../channel/recordings/recording-storage.ts';
import { type DateTime, dateAt, dateOf, isoTime, systemClock } from '../clock.ts';
import { ChannelError } from '../errors.ts';
import { S3Client } from './s3-client.ts';
import { fromHeaders, toHeaders } from './s3-metadata.codec.ts';
import { type CheckedS3Options, checkS3Options, type S3StorageOptions } from './s3-options.ts';
import { parseListPage } from './s3-xml.codec.ts';

/**
 * Keeps recordings as objects in a bucket of an S3 store: Amazon's, or one that speaks its protocol. Needs the package `aws4fetch` beside
 * offhook, which signs the requests. The name of the bucket is in the path of the addresses.
 *
 * Recorders write to the disk: `recordings.save()` brings a recording to the store. To be played it is fetched into a temporary directory
 * first, where it stays until the user agent stops or 256 MB of others have been played. Metadata are header fields of the objects
 * (`x-amz-meta-…`). Requests that the store does not answer or is too busy for are made three times; then, and when it refuses one, the
 * method rejects with `ChannelError` `STORAGE_FAILED`.
 *
 * @throws ChannelError `INVALID_ARGUMENT`; when the bucket cannot be reached, `UserAgent.start()` rejects with `STORAGE_FAILED`.
 * @example
 * await using ua = await UserAgent.start({
 *   recordings: {
 *     storage: s3Storage({
 *       endpoint: 'https://s3.eu-central-1.amazonaws.com',
 *       region: 'eu-central-1',
 *       bucket: 'messages',
 *       accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
 *       secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
 *     }),
 *   },
 * });
 */
export function s3Storage(options: S3StorageOptions): RecordingStorage {
  return new S3Storage(checkS3Options(options));
}

/** Nobody aborts the look at the bucket. */
const NEVER = new AbortController().signal;

class S3Storage implements RecordingStorage {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(options: CheckedS3Options) {
    this.#client = new S3Client(options);
    this.#bucket = options.bucket;
    this.#prefix = options.prefix;
  }

  async open(): Promise<void> {
    await this.#page('', undefined, NEVER, 1);
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StorageEntry[]> {
    const found: StorageEntry[] = [];
    let next: string | undefined;
    do {
      const page = await this.#page(prefix, next, signal);
      for (const { key, bytes, modified } of page.objects) {
        if (!key.startsWith(this.#prefix)) continue;
        found.push({ name: key.slice(this.#prefix.length), bytes, modified: dateOf(modified) ?? dateAt(0) });
      }
      next = page.next;
    } while (next !== undefined);
    return found;
  }

  async head(name: string, signal: AbortSignal): Promise<StorageFacts | undefined> {
    const { status, headers } = await this.#client.send({
      method: 'HEAD',
      key: this.#key(name),
      signal,
      expected: [404],
    });
    if (status === 404) return undefined;
    const { metadata, created } = fromHeaders(headers);
    const bytes = Number(headers.get('content-length') ?? 0);
    const modified = headers.get('last-modified') ?? '';
    const version = `${headers.get('etag') ?? modified} ${bytes}`;
    return { bytes, metadata, version, created: timeOf(created) ?? timeOf(modified) ?? dateAt(0) };
  }

  async read(name: string, range: ByteRange | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    if (range && range.start >= range.end) return emptyStream();
    const last = range && range.end < Number.MAX_SAFE_INTEGER ? range.end - 1 : '';
    const response = await this.#client.send({
      method: 'GET',
      key: this.#key(name),
      headers: range ? { range: `bytes=${range.start}-${last}` } : {},
      signal,
      expected: [404, 416],
    });
    if (response.status === 404 || response.status === 416) {
      await response.body?.cancel();
      if (response.status === 416) return emptyStream();
      throw missing(name);
    }
    return response.body ? this.#client.watched(response.body) : emptyStream();
  }

  async write(name: string, content: StorageContent, options: StorageWriteOptions): Promise<void> {
    const { metadata, ifExists, signal } = options;
    if (ifExists === 'fail') await this.#checkFree(name, signal);
    const type = name.endsWith('.ogg') ? 'audio/ogg' : 'audio/wav';
    const put = (condition: Readonly<Record<string, string>>, expected: readonly number[]): Promise<Response> =>
      this.#client.send({
        method: 'PUT',
        key: this.#key(name),
        headers: {
          ...toHeaders({ metadata, created: isoTime(systemClock.wallNow()) }),
          ...condition,
          'content-type': type,
          'content-length': String(content.bytes),
        },
        body: () => content.stream(),
        signal,
        expected,
      });
    // Of two that write at the same time only one may: the store sees to it, unless it is one that does not know how.
    let response = ifExists === 'fail' ? await put({ 'if-none-match': '*' }, [409, 412, 501]) : await put({}, []);
    if (response.status === 501) {
      await response.body?.cancel();
      response = await put({}, []);
    }
    await response.body?.cancel();
    if (!response.ok) throw taken(name);
  }

  async setMetadata(name: string, metadata: RecordingMetadata, signal: AbortSignal): Promise<void> {
    const facts = await this.head(name, signal);
    if (!facts) throw missing(name);
    const created = facts.created.toISOString();
    await this.#copyObject(name, name, signal, {
      ...toHeaders({ metadata, created }),
      'content-type': name.endsWith('.ogg') ? 'audio/ogg' : 'audio/wav',
      'x-amz-metadata-directive': 'REPLACE',
    });
  }

  async copy(from: string, to: string, { ifExists, signal }: StorageCopyOptions): Promise<void> {
    if (ifExists === 'fail') await this.#checkFree(to, signal);
    if (from === to) return;
    const facts = await this.head(from, signal);
    if (!facts) throw missing(from);
    // Told again, for an object that others have put there: a copy would else be as new as it is.
    await this.#copyObject(from, to, signal, {
      ...toHeaders({ metadata: facts.metadata, created: facts.created.toISOString() }),
      'content-type': to.endsWith('.ogg') ? 'audio/ogg' : 'audio/wav',
      'x-amz-metadata-directive': 'REPLACE',
    });
  }

  async delete(name: string, signal: AbortSignal): Promise<void> {
    const response = await this.#client.send({ method: 'DELETE', key: this.#key(name), signal, expected: [404] });
    await response.body?.cancel();
  }

  async #copyObject(
    from: string,
    to: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const source = `/${this.#bucket}/${this.#key(from)}`.split('/').map(encodeURIComponent).join('/');
    const response = await this.#client.send({
      method: 'PUT',
      key: this.#key(to),
      headers: { ...headers, 'x-amz-copy-source': source },
      signal,
      expected: [404],
    });
    const text = await this.#client.text(response);
    if (response.status === 404) throw missing(from);
    // A copy that breaks off later has begun with 200.
    if (/<Error>/.test(text)) throw this.#client.failed(`could not copy ${JSON.stringify(from)}`);
  }

  async #checkFree(name: string, signal: AbortSignal): Promise<void> {
    if (await this.head(name, signal)) throw taken(name);
  }

  async #page(prefix: string, token: string | undefined, signal: AbortSignal, most?: number) {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix: this.#prefix + prefix,
      ...(token === undefined ? {} : { 'continuation-token': token }),
      ...(most === undefined ? {} : { 'max-keys': String(most) }),
    };
    const response = await this.#client.send({ method: 'GET', query, signal });
    const page = parseListPage(await this.#client.text(response));
    if (!page) throw this.#client.failed('has sent no list of objects; check endpoint and bucket');
    return page;
  }

  #key(name: string): string {
    return this.#prefix + name;
  }
}

function timeOf(text: string | undefined): DateTime | undefined {
  return text === undefined ? undefined : dateOf(text);
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function missing(name: string): ChannelError {
  return new ChannelError('RECORDING_NOT_FOUND', `there is no recording ${JSON.stringify(name)}`);
}

function taken(name: string): ChannelError {
  return new ChannelError('FILE_EXISTS', `there is a recording ${JSON.stringify(name)} already; take another name`);
}
