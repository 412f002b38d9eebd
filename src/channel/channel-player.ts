import { ChannelError, Hangup } from '../errors.ts';
import { handled, type OperationOptions, runOperation, stopped } from '../operation.ts';
import type { ChannelCore } from './channel-core.ts';
import { journalMs, journalOutcome } from './journal/journal-outcome.ts';
import { journaled, journaledNow } from './journal/journaled.ts';
import { PlayerCause, PlayerState } from './media-cause.ts';
import { OPERATION_OPTIONS, optionsProblem, refuseOptions } from './option-names.ts';
import { PlayQueue } from './playback/play-queue.ts';
import { Playback } from './playback/playback.ts';
import { type Over, type Playable, PlaybackRun } from './playback/playback-run.ts';

/** How something is played: what was asked for, and which options there are. */
export interface PlayCall<Options extends OperationOptions> {
  /** Name of the method; `play`, `start` or `enqueue` when left out. */
  readonly method?: string;
  /** Its first argument. */
  readonly subject: unknown;
  readonly options: Options;
  readonly names: Readonly<Record<string, true>>;
  /** Throws `ChannelError` for arguments that are wrong. */
  check(): Playable;
}

type StartCall = PlayCall<Pick<OperationOptions, 'signal'>>;

/** What the players of a channel have in common: playing one thing or several, waiting for it, stopping it, and its state and cause. */
export class ChannelPlayer {
  readonly #core: ChannelCore;
  readonly #name: string;
  /** Of the present call. */
  #queue: PlayQueue | undefined;
  /** What plays or has played last. */
  #last: PlaybackRun | undefined;

  /** @param name - how programs call it, for messages and the journal. */
  constructor(core: ChannelCore, name: string) {
    this.#core = core;
    this.#name = name;
  }

  get state(): PlayerState {
    if (this.#last && !this.#last.isOver) return PlayerState.PLAYING;
    return this.cause === PlayerCause.ERROR ? PlayerState.ERROR : PlayerState.IDLE;
  }

  get cause(): PlayerCause {
    return this.#last?.cause ?? PlayerCause.NONE;
  }

  get error(): ChannelError | undefined {
    return this.#last?.error;
  }

  /** Plays it and waits until it has been played. */
  play(call: PlayCall<OperationOptions>): Promise<PlayerCause> {
    const { method = 'play', subject, options } = call;
    return this.#journaled(method, [subject, options], (id) => this.#play(method, id, call));
  }

  /** Resolves when its audio is ready to be sent; it plays on by itself. */
  start(call: StartCall): Promise<Playback> {
    return this.#journaled('start', [call.subject, call.options], (id) => this.#start(id, call));
  }

  /** Plays it when everything before it has been played. */
  enqueue(call: StartCall): Playback {
    const method = `${this.#name}.enqueue`;
    return journaledNow(this.#core.journal, method, [call.subject, call.options], (id) => this.#enqueue(id, call));
  }

  /** Resolves when nothing is sent any more, and nothing waits for that. */
  stop(method = 'stop'): Promise<boolean> {
    return this.#journaled(method, [], () => handled(Promise.resolve(this.#queue?.flush()).then(() => true)));
  }

  /** Waits until what was started has been played. */
  waitUntilFinished(options: OperationOptions): Promise<PlayerCause> {
    return this.#journaled('waitUntilFinished', [options], () => {
      const last = this.#last;
      return this.#wait('waitUntilFinished', options, last?.run.finished, () => last?.cause ?? PlayerCause.NONE);
    });
  }

  /** Waits until nothing plays and nothing waits for that. */
  drained(options: OperationOptions): Promise<void> {
    const idle = (): undefined => undefined;
    return this.#journaled('drained', [options], () => this.#wait('drained', options, this.#queue?.drained(), idle));
  }

  #play(method: string, id: number, call: PlayCall<OperationOptions>): Promise<PlayerCause> {
    const { options, names } = call;
    const refused = refuseOptions(this.#core.call, `${this.#name}.${method}()`, options, names);
    if (refused) return refused;
    const { signal, timeout } = options;
    return runOperation(
      this.#core.call,
      { signal, timeout },
      async (stop) => {
        const playback = this.#begin(method, id, call);
        playback.obey(stop);
        await playback.run.started;
        await playback.run.finished;
        return playback.cause;
      },
      ['timeout'],
    );
  }

  #start(id: number, call: StartCall): Promise<Playback> {
    const { options, names } = call;
    const refused = refuseOptions(this.#core.call, `${this.#name}.start()`, options, names);
    if (refused) return refused;
    return runOperation(this.#core.call, { signal: options.signal }, async (stop) => {
      const playback = this.#begin('start', id, call);
      const started = playback.run.started.then(() => stop.finish());
      playback.obey(stop);
      await started;
      return new Playback(playback, this.#core.journal, this.#name);
    });
  }

  #enqueue(id: number, { options, names, check }: StartCall): Playback {
    const operation = `${this.#name}.enqueue()`;
    const { call, journal } = this.#core;
    if (call.hangup) throw new Hangup(call.hangup);
    const problem = optionsProblem(operation, options, names);
    if (problem) throw problem;
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new ChannelError('INVALID_ARGUMENT', 'signal must be an AbortSignal');
    }
    signal?.throwIfAborted();
    const playable = check();
    call.demandAnswered(operation);
    const playback = this.#queueOf().add(operation, (over) => this.#make(id, playable, over));
    const abort = (): void => playback.halt('ABORTED');
    signal?.addEventListener('abort', abort, { once: true });
    void playback.run.finished.then(() => signal?.removeEventListener('abort', abort));
    return new Playback(playback, journal, this.#name);
  }

  #wait<T>(method: string, options: OperationOptions, over: Promise<void> | undefined, result: () => T): Promise<T> {
    const refused = refuseOptions(this.#core.call, `${this.#name}.${method}()`, options, OPERATION_OPTIONS);
    if (refused) return refused;
    return runOperation(this.#core.call, options, async (stop) => {
      await Promise.race([over, stopped(stop)]);
      return result();
    });
  }

  #begin(method: string, id: number, { check }: Pick<StartCall, 'check'>): PlaybackRun {
    const operation = `${this.#name}.${method}()`;
    const playable = check();
    this.#core.call.demandAnswered(operation);
    return this.#queueOf().playNow(operation, (over) => this.#make(id, playable, over));
  }

  #queueOf(): PlayQueue {
    const { call } = this.#core;
    if (!this.#queue?.isOf(call)) {
      this.#queue = new PlayQueue(call, (playback) => {
        this.#last = playback;
      });
    }
    return this.#queue;
  }

  #make(id: number, playable: Playable, over: Over): PlaybackRun {
    const { call, journal } = this.#core;
    const session = call.media.demand();
    const playback = new PlaybackRun(call, (request) => session.play(request), playable, over);
    journalOutcome(journal, playback.run, ({ playedMs }) => ({
      kind: 'played',
      id,
      file: playable.name,
      cause: playback.cause,
      ms: journalMs(playedMs),
    }));
    return playback;
  }

  #journaled<T>(method: string, values: readonly unknown[], run: (id: number) => Promise<T>): Promise<T> {
    return journaled(this.#core.journal, `${this.#name}.${method}`, values, run);
  }
}
