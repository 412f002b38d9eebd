import { ChannelError } from '../../errors.ts';
import { type OperationOptions, shown } from '../../operation.ts';
import { type OptionNames, optionsProblem } from '../option-names.ts';

/** Samples per second of audio that a program reads and writes. */
export type AudioRate = 8000 | 16_000 | 24_000 | 48_000;

/** How a program reads and writes the audio of a call. */
export interface AudioOptions extends Pick<OperationOptions, 'signal'> {
  /** Samples per second, both ways. Default 8000, which is what telephony has: a higher rate adds no sound that was not there. */
  sampleRate?: AudioRate | undefined;
  /** Length of each piece that is read, in milliseconds: a multiple of 20 up to 200. Default 20. */
  frameMs?: number | undefined;
}

/** Options that have been looked at. */
export interface AudioFormat {
  readonly sampleRate: AudioRate;
  readonly frameMs: number;
}

const OPTIONS: OptionNames<AudioOptions> = { sampleRate: true, frameMs: true, signal: true };
const RATES: readonly AudioRate[] = [8000, 16_000, 24_000, 48_000];
const FRAME_MS = 20;
const MAX_FRAME_MS = 200;

/** Throws `ChannelError` `INVALID_ARGUMENT` for options that make no sense. */
export function audioFormat(operation: string, options: AudioOptions): AudioFormat {
  const problem = optionsProblem(operation, options, OPTIONS);
  if (problem) throw problem;
  const { sampleRate = 8000, frameMs = FRAME_MS, signal } = options;
  if (!RATES.includes(sampleRate)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `sampleRate must be one of ${RATES.join(', ')}, not ${shown(sampleRate)}`,
    );
  }
  if (!(frameMs >= FRAME_MS && frameMs <= MAX_FRAME_MS && frameMs % FRAME_MS === 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `frameMs must be a multiple of ${FRAME_MS} up to ${MAX_FRAME_MS} milliseconds, not ${shown(frameMs)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ChannelError('INVALID_ARGUMENT', 'signal must be an AbortSignal');
  }
  return { sampleRate, frameMs };
}
