import type { ChannelError } from '../errors.ts';
import type { OperationOptions } from '../operation.ts';
import { bargeInDigits } from './bargein.codec.ts';
import type { ChannelCore } from './channel-core.ts';
import type { RecorderCause, RecorderState } from './media-cause.ts';
import type { RecordFormat } from './media-port.ts';
import type { OptionNames } from './option-names.ts';
import { checkRecordLimits } from './record-limits.ts';
import { RecordingJob, type RecordingOrder } from './recording-job.ts';

/** How to record. */
export interface RecordOptions extends Pick<OperationOptions, 'signal'> {
  /** Which keys of the far end end it: `true` for all, or a string of digits. Default false. */
  bargeIn?: boolean | string | undefined;
  /** Longest recording in milliseconds, `Infinity` for no limit. Default 120,000: two minutes. */
  timeout?: number | undefined;
  /** Largest file in bytes, its header included; 0 for no limit. Default 0. */
  maxBytes?: number | undefined;
  /** Ends it after so many milliseconds of silence that follow sound; 0 for never. Default 0. */
  maxSilence?: number | undefined;
  /** Ends it when nothing but silence has come for so many milliseconds; 0 for the same as `maxSilence`. Default 0. */
  initialSilence?: number | undefined;
  /** Encoding in the WAV file: 16-bit samples, µ-law or A-law. Default `'PCM16'`. */
  format?: RecordFormat | undefined;
  /** What to do when there is a file of that name. Default `'overwrite'`. */
  ifExists?: 'overwrite' | 'fail' | undefined;
}

const OPTIONS: OptionNames<RecordOptions> = {
  bargeIn: true,
  format: true,
  ifExists: true,
  initialSilence: true,
  maxBytes: true,
  maxSilence: true,
  signal: true,
  timeout: true,
};
/** Longest recording unless told otherwise, in milliseconds. */
const RECORD_TIMEOUT_MS = 120_000;

/**
 * Records what the far end says into a WAV file (`channel.fileRecorder`).
 *
 * File names are relative to the media directory; nothing outside it can be written. One recording runs at a time, beside
 * playing and collecting digits. A recording that the end of the call cuts off is complete and playable, so the hang-up is not
 * thrown: it is the cause `HANGUP`. Names and causes are those of the Aculab UAS API.
 *
 * @example
 * const cause = await channel.fileRecorder.record('message.wav', { maxSilence: 3000, bargeIn: '#' });
 * if (cause !== RecorderCause.ERROR && channel.fileRecorder.audioDetectedInRecording()) console.log('there is a message');
 */
export class FileRecorder {
  readonly #job: RecordingJob;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#job = new RecordingJob(core, 'fileRecorder', 'record');
  }

  /** `RECORDING` while it records; `ERROR` after a recording that broke off; otherwise `IDLE`. */
  get state(): RecorderState {
    return this.#job.state;
  }

  /** How the last recording ended; `NONE` while it runs or when there was none. */
  get cause(): RecorderCause {
    return this.#job.cause;
  }

  /** What went wrong with the last recording, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#job.error;
  }

  /**
   * Records until one of the limits is reached, `stop()` is called or the call ends.
   *
   * Resolves with `TIMEOUT`, `SIZE`, `SILENCE`, `BARGEIN`, `ABORTED` (by {@link FileRecorder.stop}), `HANGUP`, or `ERROR` when it
   * broke off ({@link FileRecorder.error} says why).
   *
   * @param file - name of a WAV file, relative to the media directory.
   * @throws Hangup when the call is over before it begins.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `FILE_EXISTS`, `FILE_UNWRITABLE`,
   * `FILE_OUTSIDE_MEDIA_DIRECTORY`, `INVALID_ARGUMENT`.
   */
  record(file: string, options: RecordOptions = {}): Promise<RecorderCause> {
    return this.#job.record(orderOf(file, options));
  }

  /**
   * Starts to record, and resolves with `true` when it does. It records on by itself: {@link FileRecorder.state} and
   * {@link FileRecorder.waitUntilFinished} follow it.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FileRecorder.record}.
   */
  start(file: string, options: RecordOptions = {}): Promise<boolean> {
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
  waitUntilFinished(options: OperationOptions = {}): Promise<RecorderCause> {
    return this.#job.wait(options);
  }

  /**
   * Whether the last recording holds anything but silence: `true` or `false` when it is over, `undefined` before that and when
   * nothing was recorded.
   */
  audioDetectedInRecording(): boolean | undefined {
    return this.#job.audioDetected;
  }
}

function orderOf(file: string, options: RecordOptions): RecordingOrder {
  return {
    file,
    options,
    names: OPTIONS,
    prepare: () => {
      const request = { ...checkRecordLimits(options, RECORD_TIMEOUT_MS), bargeIn: bargeInDigits(options.bargeIn) };
      return (session, path) => session.record({ ...request, path });
    },
  };
}
