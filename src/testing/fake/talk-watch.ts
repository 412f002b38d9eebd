import type { Clock } from '../../clock.ts';
import { SILENCE_DBOV } from '../../media/level/level.codec.ts';
import { type TalkEvent, Talkers } from '../../media/mix/talkers.state.ts';
import { FRAME_MS } from './sound-track.ts';

/** When nobody has said anything for so long, nobody talks and nothing will be noticed before somebody does. */
const IDLE_MS = 1500;

/** Who talks in a mix, in virtual time. It costs nothing while all are silent. */
export class TalkWatch {
  readonly #clock: Clock;
  readonly #talkers: Talkers;
  readonly #levels: (at: number) => Iterable<readonly [number, number]>;
  /** When the frame began that is being waited for. */
  #frameAt = 0;
  #quietMs = 0;
  #timer: Disposable | undefined;

  /** @param levels - how loud everybody is who is heard, by number, in the frame that begins then. */
  constructor(
    clock: Clock,
    levels: (at: number) => Iterable<readonly [number, number]>,
    tell: (event: TalkEvent) => void,
  ) {
    this.#clock = clock;
    this.#levels = levels;
    this.#talkers = new Talkers(tell);
  }

  /** Somebody may say something from now on. */
  wake(): void {
    this.#quietMs = 0;
    if (this.#timer) return;
    this.#frameAt = this.#clock.now();
    this.#wait();
  }

  /** Somebody is not heard any more. */
  gone(number: number): void {
    this.#talkers.gone(number);
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #wait(): void {
    this.#timer = this.#clock.schedule(this.#frameAt + FRAME_MS, () => {
      this.#timer = undefined;
      this.#take(this.#frameAt);
      this.#frameAt += FRAME_MS;
      if (this.#quietMs < IDLE_MS && !this.#timer) this.#wait();
    });
  }

  #take(at: number): void {
    this.#quietMs += FRAME_MS;
    for (const [number, level] of this.#levels(at)) {
      if (level > SILENCE_DBOV) this.#quietMs = 0;
      this.#talkers.frame(number, level);
    }
  }
}
