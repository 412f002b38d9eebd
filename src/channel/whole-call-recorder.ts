import { ChannelError } from '../errors.ts';
import { handled, type OperationOptions } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import type { RecordOptions } from './file-recorder.ts';
import { RecorderCause, type RecorderState, WholeCallRecorderCause } from './media-cause.ts';
import type { OptionNames } from './option-names.ts';
import { checkRecordLimits } from './record-limits.ts';
import type { CallRecordRequest, RecordFormat, RecordRate } from './record-port.ts';
import type { Recording } from './recording.ts';
import { type CheckedOrder, RecordingJob, type RecordingOrder } from './recording-job.ts';

/** How to record a whole call. Nothing but the end of the call ends it unless told otherwise. */
export interface WholeCallRecordOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * `'stereo'` puts the far end on the left and this side on the right, so that they can be told apart; `'mixed'` puts both into one
   * channel. Default `'stereo'`.
   */
  channels?: 'stereo' | 'mixed' | undefined;
  /** As {@link RecordOptions.format}. Default `'PCM16'`. */
  format?: RecordFormat | undefined;
  /** As {@link RecordOptions.rate}. Default 8000. */
  rate?: RecordRate | undefined;
  /** As {@link RecordOptions.ifExists}; what is appended to must have as many channels. Default `'overwrite'`. */
  ifExists?: 'overwrite' | 'fail' | 'append' | undefined;
  /** As {@link RecordOptions.removeDigits}, on the far end's side alone: this side has no tones of keys. Default true. */
  removeDigits?: boolean | undefined;
  /** Ends it when both sides have been silent for so many milliseconds from the start; 0 for the same as `maxSilence`. Default 0. */
  initialSilence?: number | undefined;
  /** Largest file in bytes, its header included; 0 for no limit. Default 0. A WAV file ends at 4 GB in any case. */
  maxBytes?: number | undefined;
  /** Ends it after so many milliseconds of silence of both sides that follow sound; 0 for never. Default 0. */
  maxSilence?: number | undefined;
  /** Longest recording in milliseconds. Default `Infinity`: no limit. */
  timeout?: number | undefined;
}

const OPTIONS: OptionNames<WholeCallRecordOptions> = {
  channels: true,
  format: true,
  ifExists: true,
  initialSilence: true,
  maxBytes: true,
  maxSilence: true,
  rate: true,
  removeDigits: true,
  signal: true,
  timeout: true,
};

/**
 * Records both sides of a call into one WAV file (`channel.wholeCallRecorder`): what the far end says as it is heard here, and what
 * is sent to it. It runs beside everything else on the channel: playing, `fileRecorder`, digits, echo, hold.
 *
 * Both sides are written by the same 20 ms clock, so they stay together however long the call is; where one has nothing to say, there
 * is silence. Digits that either side sends as telephone-events (RFC 4733) are silence as well, and the tones of keys in the far
 * end's audio are removed, so PINs stay out of the recording. What was prevented from being sent, by hold for example, is not
 * recorded.
 *
 * File names are relative to the media directory; nothing outside it can be written. The end of the call leaves the file complete
 * and playable, so the hang-up is not thrown: it is the cause `HANGUP`. Names and causes are those of the Aculab UAS API.
 *
 * @example
 * await channel.wholeCallRecorder.start('whole-call.wav');
 * await channel.filePlayer.play('welcome.wav');
 * await channel.wholeCallRecorder.stop();
 * const cause = await channel.wholeCallRecorder.waitUntilFinished();
 * if (cause !== WholeCallRecorderCause.ABORTED) console.error('it had ended before:', cause);
 */
export class WholeCallRecorder {
  readonly #job: RecordingJob;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#job = new RecordingJob(core, 'wholeCallRecorder', 'record call');
  }

  /** `RECORDING` while it records; `ERROR` after a recording that broke off; otherwise `IDLE`. */
  get state(): RecorderState {
    return this.#job.state;
  }

  /** How the last recording ended; `NONE` while it runs or when there was none. */
  get cause(): WholeCallRecorderCause {
    return causeOf(this.#job.cause);
  }

  /** What went wrong with the last recording, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#job.error;
  }

  /**
   * Records until the call ends, one of the limits is reached or `stop()` is called.
   *
   * Resolves with `HANGUP`, `TIMEOUT`, `SIZE`, `SILENCE`, `ABORTED` (by {@link WholeCallRecorder.stop}), or `ERROR` when it broke
   * off ({@link WholeCallRecorder.error} says why).
   *
   * @param file - name of a file, relative to the media directory.
   * @throws Hangup when the call is over before it begins.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `FILE_EXISTS`, `FILE_UNWRITABLE`,
   * `FILE_OUTSIDE_MEDIA_DIRECTORY`, `INVALID_ARGUMENT`.
   */
  record(file: string, options: WholeCallRecordOptions = {}): Promise<WholeCallRecorderCause> {
    return handled(this.#job.record(orderOf(file, options)).then(causeOf));
  }

  /**
   * Starts to record, and resolves when it does, with what can pause, stop and follow it. It records on by itself;
   * {@link WholeCallRecorder.state} and {@link WholeCallRecorder.waitUntilFinished} follow the last one as well.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link WholeCallRecorder.record}.
   */
  start(file: string, options: WholeCallRecordOptions = {}): Promise<Recording> {
    return this.#job.start(orderOf(file, options));
  }

  /** Ends the recording; resolves with `true` when the file is complete. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#job.stop();
  }

  /**
   * Waits until what was started has been recorded and resolves with the cause; with `NONE` when nothing was ever started.
   * A hang-up is the cause `HANGUP` and not thrown, also when the call is over already.
   *
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it records on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<WholeCallRecorderCause> {
    return handled(this.#job.wait(options).then(causeOf));
  }
}

function orderOf(file: string, options: WholeCallRecordOptions): RecordingOrder {
  return {
    file,
    options,
    names: OPTIONS,
    check: () => {
      const limits = checkRecordLimits(options, Number.POSITIVE_INFINITY);
      const request = { ...limits, channels: checkChannels(options.channels) };
      const begin: CheckedOrder['begin'] = (session, path, { isWatched }) =>
        session.recordCall({ ...request, isWatched, path });
      return { beep: false, begin };
    },
  };
}

function checkChannels(channels: WholeCallRecordOptions['channels'] = 'stereo'): CallRecordRequest['channels'] {
  if (channels === 'stereo' || channels === 'mixed') return channels;
  throw new ChannelError('INVALID_ARGUMENT', `channels must be 'stereo' or 'mixed', not ${JSON.stringify(channels)}`);
}

/** No key ends it. */
function causeOf(cause: RecorderCause): WholeCallRecorderCause {
  return cause === RecorderCause.BARGEIN ? WholeCallRecorderCause.ABORTED : cause;
}
