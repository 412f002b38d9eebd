import { ChannelError, Hangup } from '../errors.ts';
import { checkTimeout, handled, type OperationOptions, runOperation, shown, stopped } from '../operation.ts';
import { bargeInDigits } from './bargein.codec.ts';
import type { ChannelCore } from './channel-core.ts';
import { parseFileName } from './file-name.codec.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled } from './journal/journaled.ts';
import { RecorderCause, RecorderState } from './media-cause.ts';
import type { RecordFormat, RecordOutcome, RecordRequest } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, type OptionNames, refuseOptions } from './option-names.ts';

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
  readonly #core: ChannelCore;
  #run: MediaRun<RecordOutcome> | undefined;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /** `RECORDING` while it records; `ERROR` after a recording that broke off; otherwise `IDLE`. */
  get state(): RecorderState {
    if (this.#run && !this.#run.isOver) return RecorderState.RECORDING;
    return this.cause === RecorderCause.ERROR ? RecorderState.ERROR : RecorderState.IDLE;
  }

  /** How the last recording ended; `NONE` while it runs or when there was none. */
  get cause(): RecorderCause {
    return this.#run ? causeOf(this.#run) : RecorderCause.NONE;
  }

  /** What went wrong with the last recording, when its cause is `ERROR`. */
  get error(): ChannelError | undefined {
    return this.#run?.error;
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
    return this.#journaled('record', [file, options], (id) => this.#record(id, file, options));
  }

  /**
   * Starts to record, and resolves with `true` when it does. It records on by itself: {@link FileRecorder.state} and
   * {@link FileRecorder.waitUntilFinished} follow it.
   *
   * @throws Hangup when the call is over.
   * @throws ChannelError as {@link FileRecorder.record}.
   */
  start(file: string, options: RecordOptions = {}): Promise<boolean> {
    return this.#journaled('start', [file, options], (id) => this.#start(id, file, options));
  }

  /** Ends the recording; resolves with `true` when the file is complete. Safe to repeat, never throws `Hangup`. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', [], () => {
      const run = this.#run;
      run?.halt('ABORTED');
      return handled(Promise.resolve(run?.finished).then(() => true));
    });
  }

  /**
   * Waits until what was started has been recorded and resolves with the cause; with `NONE` when nothing was ever started.
   * A hang-up is the cause `HANGUP` and not thrown, also when the call is over already.
   *
   * @throws ChannelError `TIMEOUT` after `timeout` milliseconds; it records on.
   */
  waitUntilFinished(options: OperationOptions = {}): Promise<RecorderCause> {
    return this.#journaled('waitUntilFinished', [options], () => this.#wait(options));
  }

  /**
   * Whether the last recording holds anything but silence: `true` or `false` when it is over, `undefined` before that and when
   * nothing was recorded.
   */
  audioDetectedInRecording(): boolean | undefined {
    return this.#run?.isOver ? this.#run.outcome?.audioDetected : undefined;
  }

  #record(id: number, file: string, options: RecordOptions): Promise<RecorderCause> {
    const refused = refuseOptions(this.#core.call, 'fileRecorder.record()', options, OPTIONS);
    if (refused) return refused;
    const { call } = this.#core;
    return runOperation(
      call,
      { signal: options.signal },
      async (stop) => {
        const run = this.#begin('fileRecorder.record()', id, file, options);
        run.obey(stop);
        await run.started;
        await run.finished;
        // Cut off before it began: there is no file that could be the result.
        if (run.halted === 'HANGUP' && !run.outcome && call.hangup) throw new Hangup(call.hangup);
        return causeOf(run);
      },
      ['hangup'],
    );
  }

  #start(id: number, file: string, options: RecordOptions): Promise<boolean> {
    const refused = refuseOptions(this.#core.call, 'fileRecorder.start()', options, OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: options.signal }, async (stop) => {
      const run = this.#begin('fileRecorder.start()', id, file, options);
      const started = run.started.then(() => stop.finish());
      run.obey(stop);
      await started;
      return true;
    });
  }

  #wait(options: OperationOptions): Promise<RecorderCause> {
    const refused = refuseOptions(this.#core.endless, 'fileRecorder.waitUntilFinished()', options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.endless, options, async (stop) => {
      await Promise.race([this.#run?.finished, stopped(stop)]);
      return this.cause;
    });
  }

  #journaled<T>(method: string, values: readonly unknown[], run: (id: number) => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `fileRecorder.${method}`, values, run);
  }

  #begin(operation: string, id: number, file: string, options: RecordOptions): MediaRun<RecordOutcome> {
    parseFileName(file);
    const request = checkRequest(options);
    const { call, journal } = this.#core;
    call.demandAnswered(operation);
    const session = call.media.demand();
    const slot = call.activity.take('record', operation);
    const run = new MediaRun(call, slot, async () => {
      const path = await call.environment.files.forWriting(file);
      return () => session.record({ ...request, path });
    });
    this.#run = run;
    journalOutcome(journal, run, ({ durationMs, audioDetected }) => ({
      kind: 'recorded',
      id,
      file,
      cause: causeOf(run),
      ms: journalMs(durationMs),
      sound: audioDetected,
    }));
    return run;
  }
}

function checkRequest(options: RecordOptions): Omit<RecordRequest, 'path'> {
  const {
    timeout = RECORD_TIMEOUT_MS,
    maxBytes,
    maxSilence,
    initialSilence,
    format = 'PCM16',
    ifExists = 'overwrite',
  } = options;
  checkTimeout(timeout);
  checkTimeout(maxSilence, 'maxSilence');
  checkTimeout(initialSilence, 'initialSilence');
  if (maxBytes !== undefined && !(typeof maxBytes === 'number' && maxBytes >= 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `maxBytes must be a number of bytes of at least 0, not ${shown(maxBytes)}`,
    );
  }
  if (format !== 'PCM16' && format !== 'PCMU' && format !== 'PCMA') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `format must be 'PCM16', 'PCMU' or 'PCMA', not ${JSON.stringify(format)}`,
    );
  }
  if (ifExists !== 'overwrite' && ifExists !== 'fail') {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `ifExists must be 'overwrite' or 'fail', not ${JSON.stringify(ifExists)}`,
    );
  }
  return {
    format,
    ifExists,
    bargeIn: bargeInDigits(options.bargeIn),
    maxDurationMs: limit(timeout),
    maxBytes: limit(maxBytes || undefined),
    maxSilenceMs: limit(maxSilence || undefined),
    initialSilenceMs: limit(initialSilence || undefined),
  };
}

/** A limit as media knows it: a finite number or none. */
function limit(value: number | undefined): number | undefined {
  return value === Number.POSITIVE_INFINITY ? undefined : value;
}

function causeOf(run: MediaRun<RecordOutcome>): RecorderCause {
  if (!run.isOver) return RecorderCause.NONE;
  if (run.error) return RecorderCause.ERROR;
  if (run.halted) return run.halted;
  switch (run.outcome?.reason) {
    case 'timeout':
      return RecorderCause.TIMEOUT;
    case 'size':
      return RecorderCause.SIZE;
    case 'silence':
      return RecorderCause.SILENCE;
    case 'bargein':
      return RecorderCause.BARGEIN;
    case 'error':
      return RecorderCause.ERROR;
    case 'stopped':
    case 'closed':
    case undefined:
      return RecorderCause.ABORTED;
  }
}
