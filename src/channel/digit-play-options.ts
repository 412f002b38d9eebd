import { ChannelError } from '../errors.ts';
import { type OperationOptions, shown } from '../operation.ts';
import type { DigitMethod } from './media-port.ts';
import type { OptionNames } from './option-names.ts';

/** How to send digits. */
export interface DigitPlayOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * How they go: `'RFC4733'` as telephone-events, which is what most far ends want; `'INBAND'` as tones in the audio (ITU-T Q.23);
   * `'INFO'` by SIP INFO with `application/dtmf-relay`, each when the one before has been taken. Default `'auto'`: events if the far end
   * takes them, tones otherwise.
   */
  method?: DigitMethod | 'auto' | undefined;
  /** Length of a digit in milliseconds, 40 to 8000. Default 100. */
  on?: number | undefined;
  /** Length of the gap after a digit in milliseconds, 40 to 8000. Default 100. */
  off?: number | undefined;
  /** Length of a comma in milliseconds, 0 to 60000. Default 500. */
  pause?: number | undefined;
  /**
   * How loud the keys are, in dBm0 from -25 to -3. Default -10. As tones: the level of the high one; the low one is 2 dB weaker, as
   * telephones send them (ETSI ES 201 235-2). As events: what they say of it (RFC 4733 §2.3.3). Without meaning by INFO.
   */
  level?: number | undefined;
  /** Stops it after so many milliseconds, with the cause `TIMEOUT`. No limit by default. */
  timeout?: number | undefined;
}

/** How to send digits, with everything filled in. */
export interface DigitPlay {
  readonly digits: string;
  readonly method: DigitMethod | 'auto';
  /** Whole milliseconds, as the next ones. */
  readonly onMs: number;
  readonly offMs: number;
  readonly pauseMs: number;
  readonly level: number;
}

export const DIGIT_PLAY_OPTIONS: OptionNames<DigitPlayOptions> = {
  level: true,
  method: true,
  off: true,
  on: true,
  pause: true,
  signal: true,
  timeout: true,
};

const METHODS: readonly (DigitMethod | 'auto')[] = ['RFC4733', 'INBAND', 'INFO', 'auto'];
/** The most digits that one `play()` takes. */
const MOST_DIGITS = 32;
/** ITU-T Q.24: a receiver need not recognise shorter signals and pauses. */
const SHORTEST_MS = 40;
/** RFC 4733 §2.3.5: the duration is a 16-bit count, 8191 ms at 8000 Hz. */
const LONGEST_MS = 8000;
const LONGEST_PAUSE_MS = 60_000;
/** ITU-T Q.24: what a receiver must recognise at the least. */
const WEAKEST = -25;
/** Two tones of it are as loud as G.711 can be. */
const LOUDEST = -3;

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkDigitPlay(digits: unknown, options: DigitPlayOptions): DigitPlay {
  const { method = 'auto', on = 100, off = 100, pause = 500, level = -10 } = options;
  const known = checkString(digits);
  if (!METHODS.includes(method)) throw invalid(`method must be one of ${METHODS.join(', ')}, not ${shown(method)}`);
  return {
    digits: known,
    method,
    onMs: checkNumber('on', on, SHORTEST_MS, LONGEST_MS, 'milliseconds'),
    offMs: checkNumber('off', off, SHORTEST_MS, LONGEST_MS, 'milliseconds'),
    pauseMs: checkNumber('pause', pause, 0, LONGEST_PAUSE_MS, 'milliseconds'),
    level: checkNumber('level', level, WEAKEST, LOUDEST, 'dBm0'),
  };
}

function checkString(digits: unknown): string {
  if (typeof digits === 'string' && /^[0-9A-D*#,]+$/i.test(digits) && digits.length <= MOST_DIGITS)
    return digits.toUpperCase();
  throw invalid(
    `digits must be 1 to ${MOST_DIGITS} of 0-9, A-D, *, # and comma, not ${typeof digits === 'string' ? JSON.stringify(digits) : String(digits)}`,
  );
}

function checkNumber(name: string, value: unknown, least: number, most: number, unit: string): number {
  if (typeof value === 'number' && value >= least && value <= most) return Math.round(value);
  throw invalid(`${name} must be a number of ${unit} from ${least} to ${most}, not ${shown(value)}`);
}

function invalid(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
