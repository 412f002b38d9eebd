import type { ChannelError } from '../errors.ts';
import type { OperationOptions } from '../operation.ts';
import { bargeInDigits } from './bargein.codec.ts';
import type { ChannelCore } from './channel-core.ts';
import type { RecorderCause, RecorderState } from './media-cause.ts';
import type { OptionNames } from './option-names.ts';
import { checkOneOf, checkRecordLimits } from './record-limits.ts';
import type { RecordFormat, RecordRate } from './record-port.ts';
import type { Recording } from './recording.ts';
import { RecordingJob, type RecordingOrder } from './recording-job.ts';

/** How to record. */
export interface RecordOptions extends Pick<OperationOptions, 'signal'> {
  /** Which keys of the far end end it: `true` for all, or a string of digits. Default false. */
  bargeIn?: boolean | string | undefined;
  /** Longest recording in milliseconds, `Infinity` for no limit. Default 120,000: two minutes. */
  timeout?: number | undefined;
  /** Largest file in bytes, its header and what it is appended to included; 0 for no limit. Default 0. Not with `'OGG_OPUS'`. */
  maxBytes?: number | undefined;
  /** Ends it after so many milliseconds of silence that follow sound; 0 for never. Default 0. */
  maxSilence?: number | undefined;
  /** Ends it when nothing but silence has come for so many milliseconds; 0 for the same as `maxSilence`. Default 0. */
  initialSilence?: number | undefined;
  /**
   * A WAV file of 16-bit samples, µ-law or A-law, or an Ogg file in Opus. Default `'PCM16'`. `'OGG_OPUS'` needs ffmpeg: a WAV file is
   * recorded beside it under another name and encoded at the end, and kept when that fails.
   */
  format?: RecordFormat | undefined;
  /** Samples per second in the file: 16000 with `'PCM16'` and `'OGG_OPUS'` only. What comes with 8000 is brought up to it. Default 8000. */
  rate?: RecordRate | undefined;
  /**
   * What to do when there is a file of that name: replace it, refuse with `FILE_EXISTS`, or append to it, which must be a WAV file of the
   * same format and rate. Default `'overwrite'`.
   */
  ifExists?: 'overwrite' | 'fail' | 'append' | undefined;
  /**
   * Whether the far end hears a beep of 200 ms before the recording begins. The beep is not in the recording. It needs the channel's
   * output for itself. A file that nothing was recorded into because it was ended during the beep is deleted. Default false.
   */
  beep?: boolean | undefined;
  /**
   * Replaces the tones of keys that come in the audio by silence, from up to 60 ms before a key is noticed until 25 ms after its
   * tones. Keys that come as telephone-events are no audio; what is left of their tones before the event is removed as well. Default
   * true.
   */
  removeDigits?: boolean | undefined;
}

const OPTIONS: OptionNames<RecordOptions> = {
  bargeIn: true,
  beep: true,
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
/** Longest recording unless told otherwise, in milliseconds. */
const RECORD_TIMEOUT_MS = 120_000;

/**
 * Records what the far end says into a file (`channel.fileRecorder`).
 *
 * File names are relative to the media directory; nothing outside it can be written. One recording runs at a time, beside
 * playing and collecting digits. A recording that the end of the call cuts off is complete and playable, so the hang-up is not
 * thrown: it is the cause `HANGUP`. Somebody who deletes the file meanwhile does not end the recording, except on Windows, where it
 * cannot be deleted; it is just gone. Names and causes are those of the Aculab UAS API.
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
   * @param file - name of a file, relative to the media directory.
   * @throws Hangup when the call is over before it begins.
   * @throws ChannelError `INVALID_STATE` unless answered, `BUSY`, `FILE_EXISTS`, `FILE_INVALID` when nothing can be appended to it,
   * `FILE_UNWRITABLE`, `FILE_OUTSIDE_MEDIA_DIRECTORY`, `DECODER_MISSING` when Opus is asked for and there is no ffmpeg,
   * `INVALID_ARGUMENT`.
   */
  record(file: string, options: RecordOptions = {}): Promise<RecorderCause> {
    return this.#job.record(orderOf(file, options));
  }

  /**
   * Starts to record, and resolves when it does, with what can pause, stop and follow it. It records on by itself;
   * {@link FileRecorder.state} and {@link FileRecorder.waitUntilFinished} follow the last one as well.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FileRecorder.record}.
   */
  start(file: string, options: RecordOptions = {}): Promise<Recording> {
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
    check: () => {
      const request = { ...checkRecordLimits(options, RECORD_TIMEOUT_MS), bargeIn: bargeInDigits(options.bargeIn) };
      const { beep = false } = options;
      checkOneOf('beep', beep, [true, false]);
      return { beep, begin: (session, path, how) => session.record({ ...request, ...how, path }) };
    },
  };
}
