import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';

/** A server from which nothing comes for so long is given up. */
const SILENT_MS = 10_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** What comes from an http or https address, piece by piece as it is asked for. */
export class Download {
  /** The address as messages show it: without what may be secret in it. */
  readonly name: string;
  /** Path of the address, for what its ending says. */
  readonly path: string;
  readonly #clock: Clock;
  readonly #abort: AbortController;
  #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** What has been looked at and not been taken. */
  #kept: Uint8Array[] = [];

  private constructor(url: URL, clock: Clock, abort: AbortController) {
    this.name = shownUrl(url);
    this.path = url.pathname;
    this.#clock = clock;
    this.#abort = abort;
  }

  /**
   * Resolves when the server has answered with what is wanted. Rejects with `ChannelError` `INVALID_ARGUMENT` or `URL_FAILED`, or
   * with the reason of the signal.
   */
  static async open(address: string, clock: Clock, signal: AbortSignal): Promise<Download> {
    const url = parse(address);
    signal.throwIfAborted();
    const abort = new AbortController();
    const download = new Download(url, clock, abort);
    const onAbort = (): void => abort.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await download.#follow(url);
      signal.throwIfAborted();
      return download;
    } catch (error) {
      abort.abort();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The next piece, or `undefined` at the end. Rejects with `URL_FAILED`. */
  async read(): Promise<Uint8Array | undefined> {
    return this.#kept.shift() ?? this.#receive();
  }

  /** At least so many bytes of what comes next, unless it ends before. They are read again afterwards. */
  async peek(length: number): Promise<Uint8Array> {
    let total = this.#kept.reduce((sum, { length: bytes }) => sum + bytes, 0);
    while (total < length) {
      const piece = await this.#receive();
      if (!piece) break;
      this.#kept.push(piece);
      total += piece.length;
    }
    return Buffer.concat(this.#kept).subarray(0, length);
  }

  /** All of it, for what cannot be played piece by piece. Rejects with `URL_FAILED`. */
  async whole(maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (let piece = await this.read(); piece; piece = await this.read()) {
      pieces.push(piece);
      total += piece.length;
      if (total > maxBytes) throw this.failed(`it is larger than ${maxBytes / 1_000_000} MB`);
    }
    return Buffer.concat(pieces);
  }

  close(): void {
    this.#abort.abort();
  }

  failed(what: string, cause?: unknown): ChannelError {
    return new ChannelError('URL_FAILED', `${this.name} cannot be played: ${what}`, { cause });
  }

  async #follow(first: URL): Promise<void> {
    let url = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.#waited(request(url, first, this.#abort.signal));
      if (!REDIRECTS.includes(response.status)) {
        if (!response.ok) throw this.failed(`the server says ${response.status} ${response.statusText}`.trimEnd());
        this.#body = response.body?.getReader();
        return;
      }
      await response.body?.cancel().catch(() => undefined);
      const next = URL.parse(response.headers.get('location') ?? '', url.href);
      if (!next || !isHttp(next)) throw this.failed(`the server says ${response.status} without another address`);
      url = next;
    }
    throw this.failed(`it is redirected more than ${MAX_REDIRECTS} times`);
  }

  async #receive(): Promise<Uint8Array | undefined> {
    const body = this.#body;
    if (!body) return undefined;
    const { value } = await this.#waited(body.read());
    return value;
  }

  async #waited<T>(work: Promise<T>): Promise<T> {
    let silent = false;
    const timer = this.#clock.schedule(this.#clock.now() + SILENT_MS, () => {
      silent = true;
      this.#abort.abort();
    });
    try {
      return await work;
    } catch (error) {
      throw this.failed(silent ? `nothing came for ${SILENT_MS / 1000} s` : reasonOf(error), error);
    } finally {
      timer[Symbol.dispose]();
    }
  }
}

function parse(address: string): URL {
  const url = URL.parse(address);
  if (url && isHttp(url)) return url;
  throw new ChannelError('INVALID_ARGUMENT', 'what is played must be behind an http or https address');
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/** The user and password of an address go into a header field, and to nobody else than its own server. */
function request(url: URL, first: URL, signal: AbortSignal): Promise<Response> {
  const { username, password } = url.origin === first.origin ? first : url;
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  const headers = new Headers({ accept: 'audio/*, */*;q=0.5' });
  if (username !== '' || password !== '') {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  }
  return fetch(plain, { redirect: 'manual', signal, headers });
}

function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** What fetch says is the same for everything; its cause has the reason. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? message;
}
