import { type ChannelError, Hangup } from '../errors.ts';
import { handled, type OperationOptions, runOperation, stopped } from '../operation.ts';
import type { Slot } from './activity.ts';
import type { ChannelCore } from './channel-core.ts';
import { parseFileName } from './file-name.codec.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled } from './journal/journaled.ts';
import { RecorderCause, RecorderState } from './media-cause.ts';
import type { MediaSession, MediaTask, RecordOutcome } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';

/** What a recorder is told to do. */
export interface RecordingOrder {
  readonly file: string;
  readonly options: Pick<OperationOptions, 'signal'>;
  /** The options that there are. */
  readonly names: Readonly<Record<string, true>>;
  /** Checks the options, and returns what begins to record into a path. */
  prepare(): (session: MediaSession, path: string) => MediaTask<RecordOutcome>;
}

/** What the recorders of a channel have in common: one recording at a time, under the laws that a hang-up is a result. */
export class RecordingJob {
  readonly #core: ChannelCore;
  readonly #name: string;
  readonly #slot: Slot;
  #run: MediaRun<RecordOutcome> | undefined;

  constructor(core: ChannelCore, name: 'fileRecorder' | 'wholeCallRecorder', slot: Slot) {
    this.#core = core;
    this.#name = name;
    this.#slot = slot;
  }

  get state(): RecorderState {
    if (this.#run && !this.#run.isOver) return RecorderState.RECORDING;
    return this.cause === RecorderCause.ERROR ? RecorderState.ERROR : RecorderState.IDLE;
  }

  get cause(): RecorderCause {
    return this.#run ? causeOf(this.#run) : RecorderCause.NONE;
  }

  get error(): ChannelError | undefined {
    return this.#run?.error;
  }

  /** Whether the last recording holds sound; undefined before it is over. */
  get audioDetected(): boolean | undefined {
    return this.#run?.isOver ? this.#run.outcome?.audioDetected : undefined;
  }

  /** Records until it is over. */
  record(order: RecordingOrder): Promise<RecorderCause> {
    return this.#journaled('record', [order.file, order.options], (id) => this.#record(id, order));
  }

  /** Resolves when it records. */
  start(order: RecordingOrder): Promise<boolean> {
    return this.#journaled('start', [order.file, order.options], (id) => this.#start(id, order));
  }

  stop(): Promise<boolean> {
    return this.#journaled('stop', [], () => {
      const run = this.#run;
      run?.halt('ABORTED');
      return handled(Promise.resolve(run?.finished).then(() => true));
    });
  }

  wait(options: OperationOptions): Promise<RecorderCause> {
    return this.#journaled('waitUntilFinished', [options], () => this.#wait(options));
  }

  #record(id: number, order: RecordingOrder): Promise<RecorderCause> {
    const { call } = this.#core;
    const method = `${this.#name}.record()`;
    const refused = refuseOptions(call, method, order.options, order.names);
    if (refused) return refused;
    return runOperation(
      call,
      { signal: order.options.signal },
      async (stop) => {
        const run = this.#begin(method, id, order);
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

  #start(id: number, order: RecordingOrder): Promise<boolean> {
    const method = `${this.#name}.start()`;
    const refused = refuseOptions(this.#core.call, method, order.options, order.names);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: order.options.signal }, async (stop) => {
      const run = this.#begin(method, id, order);
      const started = run.started.then(() => stop.finish());
      run.obey(stop);
      await started;
      return true;
    });
  }

  #wait(options: OperationOptions): Promise<RecorderCause> {
    const { endless } = this.#core;
    const refused = refuseOptions(endless, `${this.#name}.waitUntilFinished()`, options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(endless, options, async (stop) => {
      await Promise.race([this.#run?.finished, stopped(stop)]);
      return this.cause;
    });
  }

  #journaled<T>(method: string, values: readonly unknown[], run: (id: number) => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `${this.#name}.${method}`, values, run);
  }

  #begin(operation: string, id: number, { file, prepare }: RecordingOrder): MediaRun<RecordOutcome> {
    parseFileName(file);
    const begin = prepare();
    const { call, journal } = this.#core;
    call.demandAnswered(operation);
    const session = call.media.demand();
    const slot = call.activity.take(this.#slot, operation);
    const run = new MediaRun(call, slot, async () => {
      const path = await call.environment.files.forWriting(file);
      return () => begin(session, path);
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
