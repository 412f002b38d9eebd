import { ChannelError } from '../../errors.ts';
import { type OperationOptions, shown } from '../../operation.ts';
import { bargeInDigits } from '../bargein.codec.ts';
import { checkLanguage } from '../language.codec.ts';
import type { OptionNames } from '../option-names.ts';
import type { PlayRequest } from '../play-port.ts';

/** How to start playing something. */
export interface PlayStartOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * Which keys of the far end stop it: `true` for all, or a string of digits. Only a key pressed while it plays counts, not one
   * that waits in the detector's buffer. Default false.
   */
  bargeIn?: boolean | string | undefined;
  /**
   * Whether it stops, with the cause `BARGEIN`, when the far end begins to speak: 60 ms after the first word. Who is speaking already when
   * it begins has to pause for 200 ms first; see {@link SpeechDetector}. Default false.
   */
  bargeInOnSpeech?: boolean | undefined;
  /** Plays it over and over until it is stopped. Default false. */
  loop?: boolean | undefined;
  /** How far `rewind()` and `forward()` of the {@link Playback} go, in milliseconds: more than 0. Default 3000. */
  skip?: number | undefined;
  /** Where to begin, in milliseconds from the beginning. Default 0. */
  position?: number | undefined;
  /** How much louder, in decibels: -60 to 20, less than 0 for softer. Default 0, as it was recorded. */
  volume?: number | undefined;
  /** In which language sounds, numbers and text are that do not say so themselves. Default `channel.language`. */
  language?: string | undefined;
}

/** How to play something. */
export interface PlayOptions extends PlayStartOptions {
  /** Stops it after so many milliseconds, with the cause `TIMEOUT`. No limit by default. */
  timeout?: number | undefined;
}

/** How to say something. */
export interface SayOptions extends PlayOptions {
  /** Name of a voice of the speech provider. Default: the provider's own choice. */
  voice?: string | undefined;
  /** How fast: 1, the default, is normal, 2 twice as fast. */
  rate?: number | undefined;
}

export const START_OPTIONS: OptionNames<PlayStartOptions> = {
  bargeIn: true,
  bargeInOnSpeech: true,
  language: true,
  loop: true,
  position: true,
  signal: true,
  skip: true,
  volume: true,
};
export const PLAY_OPTIONS: OptionNames<PlayOptions> = { ...START_OPTIONS, timeout: true };
export const SAY_OPTIONS: OptionNames<SayOptions> = { ...PLAY_OPTIONS, rate: true, voice: true };

/** As that of ARI. */
const DEFAULT_SKIP_MS = 3000;
const LOWEST_DB = -60;
const HIGHEST_DB = 20;

/** Options that have been checked. */
export interface CheckedPlayOptions {
  readonly how: Omit<PlayRequest, 'sources'>;
  readonly skip: number;
  /** Undefined for the channel's. */
  readonly language: string | undefined;
}

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkPlayOptions(options: PlayStartOptions): CheckedPlayOptions {
  const { bargeIn, bargeInOnSpeech, loop, skip, position, volume, language } = options;
  return {
    how: {
      bargeIn: bargeInDigits(bargeIn),
      bargeInOnSpeech: checkFlag('bargeInOnSpeech', bargeInOnSpeech),
      loop: checkFlag('loop', loop),
      positionMs: position === undefined ? 0 : checkPosition('position', position),
      volume: volume === undefined ? 0 : checkVolume(volume),
    },
    skip: skip === undefined ? DEFAULT_SKIP_MS : checkDistance('skip', skip),
    language: language === undefined ? undefined : checkLanguage(language),
  };
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it is a number of milliseconds of 0 or more. */
export function checkPosition(name: string, ms: unknown): number {
  if (typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw bad(`${name} must be a number of milliseconds of at least 0, not ${shown(ms)}`);
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it is a number of milliseconds of more than 0. */
export function checkDistance(name: string, ms: unknown): number {
  if (typeof ms === 'number' && ms > 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw bad(`${name} must be a number of milliseconds of more than 0, not ${shown(ms)}`);
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it is a number of decibels that audio can be changed by. */
export function checkVolume(decibels: unknown, name = 'volume'): number {
  if (typeof decibels === 'number' && decibels >= LOWEST_DB && decibels <= HIGHEST_DB) return decibels;
  throw bad(`${name} must be a number of decibels from ${LOWEST_DB} to ${HIGHEST_DB}, not ${shown(decibels)}`);
}

/** Throws `ChannelError` `INVALID_ARGUMENT` unless it is true, false or left out, which is false. */
export function checkFlag(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw bad(`${name} must be true or false, not ${shown(value)}`);
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
