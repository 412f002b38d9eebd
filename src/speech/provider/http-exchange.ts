import type { SpeechAudio } from '../../channel/playback/speech-provider.ts';
import { systemClock } from '../../clock.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import type { PcmFormat } from '../wav/wav-reader.codec.ts';
import { wavPieces } from './wav-pieces.ts';

export interface HttpLimits {
  /** How long nothing may come, in milliseconds. */
  readonly stallTimeout: number;
  /** How long the whole may take, in milliseconds. */
  readonly totalTimeout: number;
  readonly signal: AbortSignal;
}

/** One request to a service and the audio that it answers with. Its limits are of real time: a service knows no other. */
export class HttpExchange {
  readonly #place: string;
  readonly #limits: HttpLimits;
  readonly #abort = new AbortController();
  #stall: Disposable | undefined;
  #total: Disposable | undefined;
  readonly #onAbort = (): void => this.#abort.abort(this.#limits.signal.reason);

  /** @param place - the address as messages show it. */
  constructor(place: string, limits: HttpLimits) {
    this.#place = place;
    this.#limits = limits;
  }

  /** Resolves when the format of the audio is known. Rejects with `ChannelError`, or the reason of the signal. */
  async speech(url: URL, request: () => Promise<Omit<RequestInit, 'signal' | 'redirect'>>): Promise<SpeechAudio> {
    const { signal, totalTimeout } = this.#limits;
    signal.throwIfAborted();
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#total = this.#timer(totalTimeout, 'took more than');
    this.#progress();
    try {
      const answer = await fetch(url, { ...(await request()), redirect: 'error', signal: this.#abort.signal });
      if (!answer.ok) throw this.#failed(`it answered ${answer.status}`);
      const format = this.#format(answer.headers.get('content-type') ?? '');
      if (answer.body === null) throw this.#failed('it gave no audio');
      return await wavPieces(this.#bytes(answer.body), format);
    } catch (error) {
      // Whatever of the answer is still to come is not wanted.
      this.#abort.abort();
      this.#end();
      throw this.#reason(error);
    }
  }

  async *#bytes(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of body) {
        this.#progress();
        yield bytes;
      }
    } catch (error) {
      throw this.#reason(error);
    } finally {
      this.#end();
    }
  }

  /** @returns undefined for a WAV file, which tells its format itself. */
  #format(type: string): PcmFormat | undefined {
    const [name = '', ...parameters] = type
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    if (/^audio\/(x-|vnd\.)?wav(e)?$/.test(name) || name === 'application/octet-stream' || name === '')
      return undefined;
    if (name !== 'audio/l16') {
      throw this.#failed(`it answered with ${name}; it must be asked for audio/wav or audio/L16`);
    }
    const value = (key: string): number | undefined => {
      const found = parameters.find((parameter) => parameter.startsWith(`${key}=`));
      return found === undefined ? undefined : Number(found.slice(key.length + 1));
    };
    const [sampleRate = Number.NaN, channels = 1] = [value('rate'), value('channels')];
    if (!Number.isInteger(sampleRate) || !(channels >= 1 && channels <= 64)) {
      throw this.#failed(`its ${type} tells no rate`);
    }
    // Of the network's byte order (RFC 3551 §4.5.11).
    return { sampleRate, channels, bits: 16, isFloat: false, isBigEndian: true };
  }

  #progress(): void {
    this.#stall?.[Symbol.dispose]();
    this.#stall = this.#timer(this.#limits.stallTimeout, 'sent nothing for');
  }

  #timer(ms: number, what: string): Disposable {
    return systemClock.schedule(systemClock.now() + Math.min(ms, 2 ** 31 - 1), () =>
      this.#abort.abort(new ChannelError('SPEECH_TIMEOUT', `the speech service ${this.#place} ${what} ${ms} ms`)),
    );
  }

  #end(): void {
    this.#stall?.[Symbol.dispose]();
    this.#total?.[Symbol.dispose]();
    this.#limits.signal.removeEventListener('abort', this.#onAbort);
  }

  #reason(error: unknown): unknown {
    const { signal } = this.#abort;
    if (isChannelError(error)) return error;
    if (isChannelError(signal.reason) || this.#limits.signal.aborted) return signal.reason;
    const { cause, message } = error as Error;
    const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
    return this.#failed(code ?? inner ?? message, error);
  }

  #failed(what: string, cause?: unknown): ChannelError {
    return new ChannelError('SPEECH_FAILED', `the speech service ${this.#place} failed: ${what}`, { cause });
  }
}
