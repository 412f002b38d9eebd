import type { AwsClient } from 'aws4fetch';
import { systemClock } from '../clock.ts';
import { ChannelError } from '../errors.ts';
import type { CheckedS3Options } from './s3-options.ts';
import { parseS3Error } from './s3-xml.codec.ts';

/** One request to the store. */
export interface S3Request {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'PUT';
  /** Key of the object; none for the bucket. */
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Makes the body, once for each attempt. */
  readonly body?: (() => ReadableStream<Uint8Array>) | undefined;
  readonly signal: AbortSignal;
  /** Statuses that are an answer and no failure, besides 2xx. */
  readonly expected?: readonly number[] | undefined;
}

/** How often a request is made that a store is too busy for or does not answer, and how long between, in milliseconds. */
const ATTEMPTS = 3;
const PAUSE_MS = 200;
/** No message of a store needs more. */
const LONGEST_MESSAGE = 300;

/** Signs requests, sends them, and says what went wrong without giving a secret away. */
export class S3Client {
  readonly #options: CheckedS3Options;
  #signer: Promise<AwsClient> | undefined;

  constructor(options: CheckedS3Options) {
    this.#options = options;
  }

  /** Rejects with `ChannelError` `STORAGE_FAILED`. The body of the response has to be read or cancelled. */
  async send(request: S3Request): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const { response, failure } = await this.#try(request);
      if (response?.ok || (response && request.expected?.includes(response.status))) return response;
      const mayPass = !response || response.status >= 500 || response.status === 429;
      if (!mayPass || attempt === ATTEMPTS || request.signal.aborted) {
        throw failure ?? (await this.#refused(request, response as Response));
      }
      await response?.body?.cancel();
      await pause(PAUSE_MS * attempt, request.signal);
    }
  }

  /** The text of a response. Rejects with `ChannelError` `STORAGE_FAILED`, also when it stops coming. */
  async text({ body }: Response): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    if (body) for await (const piece of this.watched(body)) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  }

  /** An error that says which store it is about. */
  failed(what: string, cause?: unknown): ChannelError {
    return new ChannelError('STORAGE_FAILED', this.#clean(`the S3 store ${this.#options.base} ${what}`), { cause });
  }

  /** The same stream, which fails when nothing comes for too long. */
  watched(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = stream.getReader();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          using patience = this.#patience(() => void reader.cancel().catch(() => undefined));
          const { done, value } = await reader.read().catch((cause: unknown) => {
            throw this.failed('broke off', cause);
          });
          if (patience.isOver) throw this.failed(`has sent nothing for ${this.#options.timeout} ms`);
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  async #try(request: S3Request): Promise<{ readonly response?: Response; readonly failure?: ChannelError }> {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    request.signal.addEventListener('abort', stop, { once: true });
    if (request.signal.aborted) stop();
    using patience = this.#patience(stop);
    try {
      const { method, key, query, headers, body } = request;
      const signer = await this.#load();
      const signed = await signer.sign(this.#address(key, query), {
        method,
        headers: { ...headers },
        body: body ? patience.watching(body()) : null,
      });
      return { response: await fetch(signed, { signal: abort.signal, redirect: 'manual' }) };
    } catch (cause) {
      if (cause instanceof ChannelError) throw cause;
      const { timeout } = this.#options;
      const what = patience.isOver ? `has not answered for ${timeout} ms` : `cannot be reached: ${reasonOf(cause)}`;
      return { failure: this.failed(what, cause) };
    } finally {
      request.signal.removeEventListener('abort', stop);
    }
  }

  #address(key: string | undefined, query: S3Request['query']): string {
    const { base } = this.#options;
    const path = key === undefined ? base : `${base}/${key.split('/').map(encoded).join('/')}`;
    const search = Object.entries(query ?? {}).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    return search.length > 0 ? `${path}?${search.join('&')}` : path;
  }

  /** aws4fetch is there only if somebody has installed it. */
  #load(): Promise<AwsClient> {
    this.#signer ??= import('aws4fetch').then(
      ({ AwsClient: Client }) => {
        const { accessKeyId, secretAccessKey, sessionToken, region } = this.#options;
        const token = sessionToken === undefined ? {} : { sessionToken };
        return new Client({ accessKeyId, secretAccessKey, ...token, region, service: 's3', retries: 0 });
      },
      (cause: unknown) => {
        this.#signer = undefined;
        throw this.failed('needs the package aws4fetch, which is not installed: npm install aws4fetch', cause);
      },
    );
    return this.#signer;
  }

  async #refused({ method, key = '' }: S3Request, response: Response): Promise<ChannelError> {
    const text = await this.text(response).catch(() => '');
    const { code = '', message = '' } = parseS3Error(text) ?? {};
    const said = [code, message.slice(0, LONGEST_MESSAGE)].filter((part) => part !== '').join(': ');
    const why = said === '' ? '' : ` (${said})`;
    const hint = response.status >= 300 && response.status < 400 ? '; check endpoint and region' : '';
    return this.failed(`answers ${method} ${JSON.stringify(key)} with ${response.status}${why}${hint}`);
  }

  /** What a store says is passed on, but never what a request is signed with. */
  #clean(text: string): string {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#options;
    return [secretAccessKey, sessionToken, accessKeyId].reduce<string>(
      (clean, secret) => (secret ? clean.replaceAll(secret, '…') : clean),
      text,
    );
  }

  /** Calls `onOver` when nothing has happened for as long as the timeout allows. */
  #patience(onOver: () => void) {
    const { timeout } = this.#options;
    let isOver = false;
    let timer: Disposable | undefined;
    const arm = (): void => {
      timer?.[Symbol.dispose]();
      if (timeout > LONGEST_TIMEOUT_MS) return;
      timer = systemClock.schedule(systemClock.now() + timeout, () => {
        isOver = true;
        onOver();
      });
    };
    arm();
    return {
      get isOver() {
        return isOver;
      },
      /** A body that is being sent: each piece that is taken is a sign of life. */
      watching: (stream: ReadableStream<Uint8Array>) =>
        stream.pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform: (piece, controller) => {
              if (!isOver && timer) arm();
              controller.enqueue(piece);
            },
          }),
        ),
      [Symbol.dispose]: () => {
        timer?.[Symbol.dispose]();
        timer = undefined;
      },
    };
  }
}

/** Longest delay of a timer of Node; a longer limit is no limit. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** As the signature has it: `encodeURIComponent` leaves some characters alone that S3 does not. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { readonly cause?: { readonly code?: unknown }; readonly message?: unknown };
  return typeof cause?.code === 'string' ? cause.code : String(message ?? error);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = systemClock.schedule(systemClock.now() + ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
