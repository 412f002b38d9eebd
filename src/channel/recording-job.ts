import { type ChannelError, Hangup } from '../errors.ts';
import { handled, type OperationOptions, runOperation, stopped } from '../operation.ts';
import type { Slot } from './activity.ts';
import { BeepedRecording } from './beep-before.ts';
import type { ChannelCore } from './channel-core.ts';
import { parseFileName } from './file-name.codec.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled } from './journal/journaled.ts';
import { RecorderCause, RecorderState } from './media-cause.ts';
import type { MediaSession } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';
import type { RecordingTask, RecordOutcome, RecordRequest } from './record-port.ts';
import { Recording } from './recording.ts';

/** What a recorder is told to do. */
export interface RecordingOrder {
  readonly file: string;
  readonly options: Pick<OperationOptions, 'signal'>;
  /** The options that there are. */
  readonly names: Readonly<Record<string, true>>;
  /** Checks the options, and says what is to be done. */
  check(): CheckedOrder;
}

/** What a recorder is told to do, checked. */
export interface CheckedOrder {
  /** Whether the far end hears a beep before. */
  readonly beep: boolean;
  /** Begins to record into a path. */
  begin(session: MediaSession, path: string, how: RecordStart): RecordingTask;
}

/** What media is told beside what was asked for. */
export type RecordStart = Pick<RecordRequest, 'isHeld' | 'isWatched'>;

/** A recording with its run, once media has begun it. */
interface Begun {
  readonly run: MediaRun<RecordOutcome>;
  task: RecordingTask | undefined;
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
  start(order: RecordingOrder): Promise<Recording> {
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
        const { run } = this.#begin(method, id, order, false);
        run.obey(stop);
        await run.started;
        await run.finished;
        // Cut off before it began: there is no file that could be the result.
        const isNothing = !run.outcome || run.outcome.isDiscarded;
        if (run.halted === 'HANGUP' && isNothing && call.hangup) throw new Hangup(call.hangup);
        return causeOf(run);
      },
      ['hangup'],
    );
  }

  #start(id: number, order: RecordingOrder): Promise<Recording> {
    const method = `${this.#name}.start()`;
    const refused = refuseOptions(this.#core.call, method, order.options, order.names);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: order.options.signal }, async (stop) => {
      const begun = this.#begin(method, id, order, true);
      const { run } = begun;
      const started = run.started.then(() => stop.finish());
      run.obey(stop);
      await started;
      return this.#handle(begun, order.file);
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

  #begin(operation: string, id: number, { file, check }: RecordingOrder, isWatched: boolean): Begun {
    parseFileName(file);
    const { beep, begin } = check();
    const { call, journal } = this.#core;
    // A call that is transferred or on hold is recorded as a whole, and no other way.
    if (this.#slot === 'record call') call.demandUp(operation);
    else call.demandAnswered(operation);
    const session = call.media.demand();
    const output = beep ? call.activity.take('send', operation) : undefined;
    const slot = this.#take(operation, output);
    const run = new MediaRun(call, slot, async () => {
      const path = await call.environment.files.forWriting(file);
      return () => {
        const task = begin(session, path, { isHeld: beep, isWatched });
        const writing = call.environment.stored.open.write(path);
        void task.finished.then(() => writing[Symbol.dispose]());
        begun.task = output ? new BeepedRecording(session, task, output) : task;
        return begun.task;
      };
    });
    const begun: Begun = { run, task: undefined };
    this.#run = run;
    journalOutcome(journal, run, ({ durationMs, audioDetected }) => ({
      kind: 'recorded',
      id,
      file,
      cause: causeOf(run),
      ms: journalMs(durationMs),
      sound: audioDetected,
    }));
    return begun;
  }

  /** Takes the recorder, and gives the output back with it. */
  #take(operation: string, output: Disposable | undefined): Disposable {
    try {
      const slot = this.#core.call.activity.take(this.#slot, operation);
      return {
        [Symbol.dispose]: () => {
          slot[Symbol.dispose]();
          output?.[Symbol.dispose]();
        },
      };
    } catch (error) {
      output?.[Symbol.dispose]();
      throw error;
    }
  }

  #handle({ run, task }: Begun, name: string): Recording {
    const { journal } = this.#core;
    return new Recording({ journal, method: `${this.#name}.recording`, name, run, task, cause: () => causeOf(run) });
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
