import type { MediaTask } from '../channel/media-port.ts';
import type { Playing, PlayOutcome, PlayProgress } from '../channel/play-port.ts';
import { ChannelError } from '../errors.ts';

/** The program's end of a playing. */
export class SessionPlaying implements Playing {
  readonly started: Promise<void>;
  readonly finished: Promise<PlayOutcome>;
  readonly #task: MediaTask<PlayOutcome>;

  constructor(task: MediaTask<PlayOutcome>) {
    this.#task = task;
    this.started = task.started;
    this.finished = task.finished;
  }

  stop(): void {
    this.#task.stop();
  }

  pause(): void {
    throw notYet();
  }

  resume(): void {
    throw notYet();
  }

  seek(): void {
    throw notYet();
  }

  setVolume(): void {
    throw notYet();
  }

  progress(): PlayProgress {
    return { positionMs: 0, heardMs: 0, durationMs: undefined, paused: false };
  }
}

function notYet(): ChannelError {
  return new ChannelError('INVALID_STATE', 'what is played can only be stopped');
}
