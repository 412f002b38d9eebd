import type { Call } from '../call.ts';
import type { Over, PlaybackRun } from './playback-run.ts';

/** What a player of one call plays, one after the other. */
export class PlayQueue {
  readonly #call: Call;
  readonly #onTurn: (run: PlaybackRun) => void;
  /** What plays, and what waits behind it. */
  readonly #runs: PlaybackRun[] = [];
  /** That nothing else is sent meanwhile, or the wait for it. */
  #slot: Disposable | undefined;
  #hasSlot = false;
  #emptied: (() => void)[] = [];

  /** @param onTurn - called with each one when it is its turn to play. */
  constructor(call: Call, onTurn: (run: PlaybackRun) => void) {
    this.#call = call;
    this.#onTurn = onTurn;
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** Whether this is the queue of that call. */
  isOf(call: Call): boolean {
    return this.#call === call;
  }

  /**
   * Plays it now.
   *
   * @param make - makes it; it tells by what it is given that it is over.
   * @throws ChannelError `BUSY` when something else is being sent, or waits here.
   */
  playNow(operation: string, make: (over: Over) => PlaybackRun): PlaybackRun {
    this.#slot = this.#call.activity.take('send', operation);
    this.#hasSlot = true;
    return this.#add(make);
  }

  /** Plays it as soon as everything before it is over. */
  add(operation: string, make: (over: Over) => PlaybackRun): PlaybackRun {
    const run = this.#add(make);
    this.#slot ??= this.#call.activity.takeWhenFree('send', operation, () => {
      this.#hasSlot = true;
      this.#next();
    });
    return run;
  }

  /** Ends what plays, and what waits never plays. Resolves when nothing is sent any more. */
  async flush(): Promise<void> {
    const runs = [...this.#runs];
    for (const run of runs.toReversed()) run.halt('ABORTED');
    await Promise.all(runs.map(({ run }) => run.finished));
  }

  /** Resolves when nothing plays and nothing waits. */
  drained(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => void this.#emptied.push(resolve));
  }

  #add(make: (over: Over) => PlaybackRun): PlaybackRun {
    const run = make((gone) => this.#remove(gone));
    this.#runs.push(run);
    if (this.#hasSlot && this.#runs.length === 1) this.#next();
    return run;
  }

  #remove(run: PlaybackRun): void {
    const place = this.#runs.indexOf(run);
    this.#runs.splice(place, 1);
    if (this.isEmpty) {
      this.#slot?.[Symbol.dispose]();
      this.#slot = undefined;
      this.#hasSlot = false;
      const emptied = this.#emptied.splice(0);
      void run.run.finished.then(() => {
        for (const resolve of emptied) resolve();
      });
    } else if (place === 0 && this.#hasSlot) this.#next();
  }

  #next(): void {
    const [next] = this.#runs;
    if (!next) return;
    this.#onTurn(next);
    next.takeTurn();
  }
}
