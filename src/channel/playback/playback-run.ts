import type { ChannelError } from '../../errors.ts';
import type { Stop } from '../../operation.ts';
import type { Call } from '../call.ts';
import { PlayerCause } from '../media-cause.ts';
import { type Halt, MediaRun } from '../media-run.ts';
import type { Playing, PlayOutcome, PlayProgress, PlayRequest, PlaySource } from '../play-port.ts';
import type { OpenRecordings } from '../recordings/open-recordings.ts';
import type { Media } from './media.ts';
import { closeSources } from './resolve-media.ts';

/** What is to be played, its arguments having been checked. */
export interface Playable {
  /** As the program has named it. */
  readonly media: Media;
  /** How the journal calls it. */
  readonly name: string;
  /** How it is played. */
  readonly how: Omit<PlayRequest, 'sources'>;
  /** How far `rewind()` and `forward()` go, in milliseconds. */
  readonly skip: number;
  /** Opens what it consists of. Rejects with `ChannelError`. */
  open(signal: AbortSignal): Promise<readonly PlaySource[]>;
}

/** Takes a playing that is over. */
export type Over = (run: PlaybackRun) => void;

/** One playing, from the opening of its media over its turn to its end. */
export class PlaybackRun {
  readonly playable: Playable;
  readonly run: MediaRun<PlayOutcome>;
  readonly #play: (request: PlayRequest) => Playing;
  readonly #recordings: OpenRecordings;
  /** Signs it out of the recordings that it plays. */
  #signedIn: Disposable | undefined;
  /** Where it begins, and how, until it has. */
  #positionMs: number;
  #volume: number;
  #isPaused = false;
  #playing: Playing | undefined;
  /** Whether its audio is ready to be sent. */
  #hasBegun = false;
  #takeTurn: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  /**
   * @param play - makes media play it.
   * @param over - called when it is over and the next one may begin.
   */
  constructor(
    call: Pick<Call, 'environment' | 'onEnd'>,
    play: (request: PlayRequest) => Playing,
    playable: Playable,
    over: Over,
  ) {
    this.playable = playable;
    this.#play = play;
    this.#recordings = call.environment.stored.open;
    this.#positionMs = playable.how.positionMs ?? 0;
    this.#volume = playable.how.volume ?? 0;
    const turn = new Promise<void>((resolve) => {
      this.#takeTurn = resolve;
    });
    const canceled = new Promise<void>((resolve) => {
      this.#cancel = resolve;
    });
    const ended = call.onEnd(() => this.#cancel());
    const slot = {
      [Symbol.dispose]: () => {
        ended[Symbol.dispose]();
        this.#signedIn?.[Symbol.dispose]();
        over(this);
      },
    };
    this.run = new MediaRun(call, slot, () => this.#prepare(turn, canceled));
  }

  get cause(): PlayerCause {
    return causeOf(this.run);
  }

  get error(): ChannelError | undefined {
    return this.run.error;
  }

  get isOver(): boolean {
    return this.run.isOver;
  }

  /** Whether its audio is ready to be sent, or was. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get progress(): PlayProgress {
    const { outcome } = this.run;
    const progress = this.#playing?.progress() ?? {
      positionMs: this.#positionMs,
      heardMs: 0,
      durationMs: undefined,
      paused: this.#isPaused,
    };
    if (!outcome) return progress;
    return { ...progress, positionMs: outcome.positionMs, heardMs: outcome.heardMs };
  }

  get volume(): number {
    return this.#volume;
  }

  /** Nothing plays before it any more. */
  takeTurn(): void {
    this.#takeTurn();
  }

  /** Ends it, also before it has begun. Safe to repeat. */
  halt(reason: Halt): void {
    this.run.halt(reason);
    this.#cancel();
  }

  /** Ends it as soon as the operation must stop. */
  obey(stop: Stop): void {
    this.run.obey(stop);
    stop.onStop(() => this.#cancel());
  }

  // What follows does nothing when it comes too late, and says so by false.

  pause(): boolean {
    this.#isPaused = true;
    this.#playing?.pause();
    return !this.isOver;
  }

  resume(): boolean {
    this.#isPaused = false;
    this.#playing?.resume();
    return !this.isOver;
  }

  seek(positionMs: number): boolean {
    this.#positionMs = Math.max(0, positionMs);
    this.#playing?.seek(this.#positionMs);
    return !this.isOver;
  }

  setVolume(decibels: number): boolean {
    if (this.isOver) return false;
    this.#volume = decibels;
    this.#playing?.setVolume(decibels);
    return true;
  }

  async #prepare(turn: Promise<void>, canceled: Promise<void>): Promise<() => Playing> {
    const abort = new AbortController();
    const opening = this.playable.open(abort.signal);
    const sources = await Promise.race([opening, canceled]);
    if (!sources) {
      abort.abort();
      opening.then(closeSources, () => undefined);
      return () => this.#begin([]);
    }
    this.#signedIn = this.#recordings.play(sources, (error) => {
      this.run.fail(error);
      this.#cancel();
    });
    await Promise.race([turn, canceled]);
    if (this.run.isStopping) void closeSources(sources);
    return () => this.#begin(sources);
  }

  #begin(sources: readonly PlaySource[]): Playing {
    const { how } = this.playable;
    const playing = this.#play({ ...how, sources, positionMs: this.#positionMs, volume: this.#volume });
    if (this.#isPaused) playing.pause();
    playing.started.then(
      () => {
        this.#hasBegun = true;
      },
      () => undefined,
    );
    this.#playing = playing;
    return playing;
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
