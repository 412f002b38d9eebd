import type { PlayOutcome } from '../../channel/media-port.ts';
import type { Clock } from '../../clock.ts';
import type { HeardPrompt } from './fake-caller.ts';
import type { FakeTask } from './fake-task.ts';
import { PlayedPrompt } from './played-prompt.ts';

/** Something to be played. */
export interface FakePlay {
  /** Name of the file or tone. */
  readonly file: string;
  readonly durationMs: number;
  readonly bargeIn: string;
  /** Whether it goes on until it is stopped. */
  readonly isEndless: boolean;
}

/** Makes a task that ends with the session. */
type BeginTask = (outcome: (reason: 'stopped' | 'closed') => PlayOutcome, onEnd: () => void) => FakeTask<PlayOutcome>;

/** What a session plays, one after the other, and how much of each is heard. */
export class FakePlaying {
  readonly #clock: Clock;
  readonly #begin: BeginTask;
  readonly #played: PlayedPrompt[] = [];
  #present: { readonly task: FakeTask<PlayOutcome>; readonly prompt: PlayedPrompt } | undefined;

  constructor(clock: Clock, begin: BeginTask) {
    this.#clock = clock;
    this.#begin = begin;
  }

  /** Begins to play, for as long as it takes. */
  play({ file, durationMs, bargeIn, isEndless }: FakePlay, isHeard: boolean, onEnd: () => void): FakeTask<PlayOutcome> {
    const startedAt = this.#clock.now();
    const prompt = new PlayedPrompt(file, durationMs, bargeIn, startedAt, isHeard);
    this.#played.push(prompt);
    let timer: Disposable | undefined;
    const task = this.#begin(
      (reason) => ({ reason, playedMs: this.#clock.now() - startedAt }),
      () => {
        timer?.[Symbol.dispose]();
        prompt.hear(this.#clock.now(), false);
        this.#present = undefined;
        onEnd();
      },
    );
    if (!isEndless) {
      timer = this.#clock.schedule(startedAt + durationMs, () =>
        task.end({ reason: 'completed', playedMs: durationMs }),
      );
    }
    this.#present = { task, prompt };
    return task;
  }

  /** The far end presses a key. */
  press(digit: string): void {
    const present = this.#present;
    if (!present?.prompt.bargeIn.includes(digit)) return;
    present.task.end({ reason: 'bargein', playedMs: this.#clock.now() - present.prompt.startedAt });
  }

  /** From now on it is heard, or not. */
  flow(isHeard: boolean): void {
    this.#present?.prompt.hear(this.#clock.now(), isHeard);
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    return this.#played.map((prompt) => prompt.report(this.#clock.now()));
  }
}
