import type { SpeechProvider, SpeechProviderOptions } from '../../channel/playback/speech-provider.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout } from '../../operation.ts';
import { type OptionNames, optionsProblem } from '../../option-names.ts';
import { HttpExchange } from './http-exchange.ts';

/** What a service is asked to say. */
export type HttpSpeechRequest = Omit<SpeechProviderOptions, 'signal'>;

/** A service that speaks: it answers a request with audio, as WAV (`audio/wav`) or plain samples (`audio/L16;rate=16000`). */
export interface HttpSpeechOptions {
  /** Its address, http or https. */
  url: string;
  /** Default `'POST'`. */
  method?: string | undefined;
  /** Header fields, such as `Authorization`; or a function that makes them for each request, so that a token can be a fresh one. */
  headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
    | undefined;
  /** Body of the request. Default: none for GET, otherwise JSON with `text`, `voice`, `language` and `rate`. */
  body?: ((text: string, request: HttpSpeechRequest) => string | Uint8Array<ArrayBuffer>) | undefined;
  /** Voice where none is asked for. */
  voice?: string | undefined;
  /** Language where none is asked for. */
  language?: string | undefined;
  /** How long the service may send nothing, in milliseconds. Default 5000. */
  stallTimeout?: number | undefined;
  /** How long the whole of an answer may take, in milliseconds. Default 60000. */
  totalTimeout?: number | undefined;
  /** For messages and the cache. Default: the host. */
  name?: string | undefined;
}

const NAMES: OptionNames<HttpSpeechOptions> = {
  body: true,
  headers: true,
  language: true,
  method: true,
  name: true,
  stallTimeout: true,
  totalTimeout: true,
  url: true,
  voice: true,
};

const DEFAULT_STALL_MS = 5000;
const DEFAULT_TOTAL_MS = 60_000;

/**
 * Speech of a service on the web. Header fields and what the address has besides its host and path, where credentials may be, are in
 * no message. A redirection is not followed: it would take them elsewhere.
 *
 * @throws ChannelError `INVALID_ARGUMENT` for an address that is none of http or https, a limit that is none, or an option that there is not.
 * @example
 * ```ts
 * const provider = httpSpeech({
 *   url: 'https://speech.example.com/v1/say',
 *   headers: () => ({ Authorization: `Bearer ${process.env['SPEECH_TOKEN']}` }),
 *   body: (text, { voice = 'anna' }) => JSON.stringify({ text, voice, format: 'wav' }),
 * });
 * const agent = await UserAgent.start({ speech: { provider } });
 * ```
 */
export function httpSpeech(options: HttpSpeechOptions): SpeechProvider {
  const problem = optionsProblem('httpSpeech()', options, NAMES);
  if (problem) throw problem;
  const url = checkUrl(options.url);
  const { stallTimeout = DEFAULT_STALL_MS, totalTimeout = DEFAULT_TOTAL_MS } = options;
  checkTimeout(stallTimeout, 'stallTimeout');
  checkTimeout(totalTimeout, 'totalTimeout');
  return {
    name: options.name ?? url.host,
    async synthesize(text, { voice = options.voice, language = options.language, rate, signal }) {
      const exchange = new HttpExchange(`${url.origin}${url.pathname}`, { stallTimeout, totalTimeout, signal });
      return await exchange.speech(url, async () => ({
        method: options.method ?? 'POST',
        headers: { 'Content-Type': 'application/json', ...(await headersOf(options)) },
        ...bodyOf(options, text, { voice, language, rate }),
      }));
    },
  };
}

async function headersOf({ headers = {} }: HttpSpeechOptions): Promise<Readonly<Record<string, string>>> {
  return typeof headers === 'function' ? await headers() : headers;
}

function bodyOf(
  { method, body }: HttpSpeechOptions,
  text: string,
  request: HttpSpeechRequest,
): { readonly body?: string | Uint8Array<ArrayBuffer> } {
  if (body) return { body: body(text, request) };
  return method === 'GET' ? {} : { body: JSON.stringify({ text, ...request }) };
}

function checkUrl(value: unknown): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new ChannelError('INVALID_ARGUMENT', 'url must be an http or https address such as https://example.com/say');
}
