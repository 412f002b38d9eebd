import type { ChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, stopped } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled } from './journal/journaled.ts';
import { PlayerCause, PlayerState } from './media-cause.ts';
import type { MediaSession } from './media-port.ts';
import { MediaRun } from './media-run.ts';
import { OPERATION_OPTIONS, refuseOptions } from './option-names.ts';
import type { Playing, PlayOutcome } from './play-port.ts';

/** What is to be played, its arguments having been checked. */
export interface Playable {
  /** How the journal calls it. */
  readonly file: string;
  /** Does what has to be done before it can begin, and returns what begins it. */
  prepare(session: MediaSession): Promise<() => Playing>;
}

/** How something is played: what was asked for, and which options there are. */
export interface PlayCall<Options extends OperationOptions> {
  readonly subject: string;
  readonly options: Options;
  readonly names: Readonly<Record<string, true>>;
  /** Throws `ChannelError` `INVALID_ARGUMENT`. */
  check(): Playable;
}

/** What the players of a channel have in common: playing, waiting for it, stopping it, and its state and cause. */
export class ChannelPlayer {
  readonly #core: ChannelCore;
  readonly #name: string;
  #run: MediaRun<PlayOutcome> | undefined;

  /** @param name - how programs call it, for messages and the journal. */
  constructor(core: ChannelCore, name: string) {
    this.#core = core;
    this.#name = name;
  }

  get state(): PlayerState {
    if (this.#run && !this.#run.isOver) return PlayerState.PLAYING;
    return this.cause === PlayerCause.ERROR ? PlayerState.ERROR : PlayerState.IDLE;
  }

  get cause(): PlayerCause {
    return this.#run ? causeOf(this.#run) : PlayerCause.NONE;
  }

  get error(): ChannelError | undefined {
    return this.#run?.error;
  }

  /** Plays it and waits until it has been played. */
  play(call: PlayCall<OperationOptions>): Promise<PlayerCause> {
    return this.#journaled('play', [call.subject, call.options], (id) => this.#play(id, call));
  }

  /** Resolves when its audio is ready to be sent; it plays on by itself. */
  start(call: PlayCall<Pick<OperationOptions, 'signal'>>): Promise<boolean> {
    return this.#journaled('start', [call.subject, call.options], (id) => this.#start(id, call));
  }

  /** Resolves when nothing is sent any more. */
  stop(): Promise<boolean> {
    return this.#journaled('stop', [], () => {
      const run = this.#run;
      run?.halt('ABORTED');
      return handled(Promise.resolve(run?.finished).then(() => true));
    });
  }

  /** Waits until what was started has been played. */
  waitUntilFinished(options: OperationOptions): Promise<PlayerCause> {
    return this.#journaled('waitUntilFinished', [options], () => this.#wait(options));
  }

  #play(id: number, call: PlayCall<OperationOptions>): Promise<PlayerCause> {
    const { options, names } = call;
    const refused = refuseOptions(this.#core.call, `${this.#name}.play()`, options, names);
    if (refused) return refused;
    const { signal, timeout } = options;
    return runOperation(
      this.#core.call,
      { signal, timeout },
      async (stop) => {
        const run = this.#begin('play', id, call);
        run.obey(stop);
        await run.started;
        await run.finished;
        return causeOf(run);
      },
      ['timeout'],
    );
  }

  #start(id: number, call: PlayCall<Pick<OperationOptions, 'signal'>>): Promise<boolean> {
    const { options, names } = call;
    const refused = refuseOptions(this.#core.call, `${this.#name}.start()`, options, names);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: options.signal }, async (stop) => {
      const run = this.#begin('start', id, call);
      const started = run.started.then(() => stop.finish());
      run.obey(stop);
      await started;
      return true;
    });
  }

  #wait(options: OperationOptions): Promise<PlayerCause> {
    const method = `${this.#name}.waitUntilFinished()`;
    const refused = refuseOptions(this.#core.call, method, options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.call, options, async (stop) => {
      await Promise.race([this.#run?.finished, stopped(stop)]);
      return this.cause;
    });
  }

  #begin(method: string, id: number, { check }: Pick<PlayCall<OperationOptions>, 'check'>): MediaRun<PlayOutcome> {
    const operation = `${this.#name}.${method}()`;
    const { file, prepare } = check();
    const { call, journal } = this.#core;
    call.demandAnswered(operation);
    const session = call.media.demand();
    const slot = call.activity.take('send', operation);
    const run = new MediaRun(call, slot, () => prepare(session));
    this.#run = run;
    journalOutcome(journal, run, ({ playedMs }) => ({
      kind: 'played',
      id,
      file,
      cause: causeOf(run),
      ms: journalMs(playedMs),
    }));
    return run;
  }

  #journaled<T>(method: string, values: readonly unknown[], run: (id: number) => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `${this.#name}.${method}`, values, run);
  }
}

function causeOf(run: MediaRun<PlayOutcome>): PlayerCause {
  if (!run.isOver) return PlayerCause.NONE;
  if (run.error) return PlayerCause.ERROR;
  if (run.halted) return run.halted;
  switch (run.outcome?.reason) {
    case 'completed':
      return PlayerCause.NORMAL;
    case 'bargein':
      return PlayerCause.BARGEIN;
    case 'error':
      return PlayerCause.ERROR;
    case 'stopped':
    case 'closed':
    case undefined:
      return PlayerCause.ABORTED;
  }
}
