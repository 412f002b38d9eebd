import type { Playing, PlayOutcome } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
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
  play({ file, durationMs, bargeIn, isEndless }: FakePlay, isHeard: boolean, onEnd: () => void): Playing {
    const startedAt = this.#clock.now();
    const prompt = new PlayedPrompt(file, durationMs, bargeIn, startedAt, isHeard);
    this.#played.push(prompt);
    let timer: Disposable | undefined;
    const task = this.#begin(
      (reason) => this.#outcome(reason, prompt),
      () => {
        timer?.[Symbol.dispose]();
        prompt.hear(this.#clock.now(), false);
        this.#present = undefined;
        onEnd();
      },
    );
    if (!isEndless) {
      timer = this.#clock.schedule(startedAt + durationMs, () => task.end(this.#outcome('completed', prompt)));
    }
    this.#present = { task, prompt };
    return {
      started: task.started,
      finished: task.finished,
      stop: () => task.stop(),
      pause: refuse,
      resume: refuse,
      seek: refuse,
      setVolume: refuse,
      progress: () => ({
        ...this.#outcome('stopped', prompt),
        durationMs: isEndless ? Number.POSITIVE_INFINITY : durationMs,
        paused: false,
      }),
    };
  }

  /** The far end presses a key. */
  press(digit: string): void {
    const present = this.#present;
    if (!present?.prompt.bargeIn.includes(digit)) return;
    present.task.end(this.#outcome('bargein', present.prompt));
  }

  /** From now on it is heard, or not. */
  flow(isHeard: boolean): void {
    this.#present?.prompt.hear(this.#clock.now(), isHeard);
  }

  /** What was played, and how much of each the far end has heard. */
  heard(): readonly HeardPrompt[] {
    return this.#played.map((prompt) => prompt.report(this.#clock.now()));
  }

  #outcome(reason: PlayOutcome['reason'], prompt: PlayedPrompt): PlayOutcome {
    const playedMs = this.#clock.now() - prompt.startedAt;
    return { reason, playedMs, positionMs: playedMs, heardMs: prompt.report(this.#clock.now()).playedMs };
  }
}

function refuse(): never {
  throw new ChannelError('INVALID_STATE', 'what a fake call plays can only be stopped');
}
