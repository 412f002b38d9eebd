import { SILENCE_DBOV } from '../level/level.codec.ts';
import { SilenceDetector } from '../level/silence.state.ts';

/** Pauses up to this long belong to what somebody says. */
const PAUSE_MS = 600;
/** The level of somebody follows what is said by this much in a frame: over a fifth of a second. */
const FOLLOW = 0.1;
/** Somebody else is the loudest after so many frames in which it was louder by so many decibels. */
const AHEAD_FRAMES = 15;
const AHEAD_DB = 3;

/** What is noticed. */
export type TalkEvent =
  | { readonly kind: 'talking'; readonly call: number; readonly isTalking: boolean }
  /** Nobody when all are silent. */
  | { readonly kind: 'loudest'; readonly call: number | undefined };

interface Talker {
  readonly detector: SilenceDetector;
  level: number;
  isTalking: boolean;
  /** Frames for which it has been louder than the loudest. */
  ahead: number;
}

/** Who of several talks, and who is the loudest of them. Both are slow enough to be shown to people. */
export class Talkers {
  readonly #tell: (event: TalkEvent) => void;
  readonly #talkers = new Map<number, Talker>();
  #loudest: number | undefined;

  constructor(tell: (event: TalkEvent) => void) {
    this.#tell = tell;
  }

  /** Somebody said something of this level in dBov for 20 ms, or nothing. */
  frame(call: number, level: number): void {
    const talker = this.#talker(call);
    talker.level += (level - talker.level) * FOLLOW;
    const isSpeaking = talker.detector.frame(level);
    const isTalking = isSpeaking || (talker.isTalking && talker.detector.silenceMs < PAUSE_MS);
    if (isTalking !== talker.isTalking) {
      talker.isTalking = isTalking;
      this.#tell({ kind: 'talking', call, isTalking });
    }
    this.#compare(call, talker);
  }

  /** Somebody is not heard any more. */
  gone(call: number): void {
    const talker = this.#talkers.get(call);
    if (!talker) return;
    this.#talkers.delete(call);
    if (talker.isTalking) this.#tell({ kind: 'talking', call, isTalking: false });
    if (call === this.#loudest) this.#show(this.#loudestTalker());
  }

  #talker(call: number): Talker {
    let talker = this.#talkers.get(call);
    if (!talker) {
      talker = { detector: new SilenceDetector(), level: SILENCE_DBOV, isTalking: false, ahead: 0 };
      this.#talkers.set(call, talker);
    }
    return talker;
  }

  #compare(call: number, talker: Talker): void {
    if (call === this.#loudest) {
      if (!talker.isTalking) this.#show(this.#loudestTalker());
      return;
    }
    if (!talker.isTalking) talker.ahead = 0;
    else if (this.#loudest === undefined) this.#show(call);
    else {
      const isLouder = talker.level > this.#talker(this.#loudest).level + AHEAD_DB;
      talker.ahead = isLouder ? talker.ahead + 1 : 0;
      if (talker.ahead >= AHEAD_FRAMES) this.#show(call);
    }
  }

  #loudestTalker(): number | undefined {
    let loudest: number | undefined;
    let level = Number.NEGATIVE_INFINITY;
    for (const [call, talker] of this.#talkers) {
      if (!talker.isTalking || talker.level <= level) continue;
      loudest = call;
      level = talker.level;
    }
    return loudest;
  }

  #show(call: number | undefined): void {
    if (call === this.#loudest) return;
    this.#loudest = call;
    for (const talker of this.#talkers.values()) talker.ahead = 0;
    this.#tell({ kind: 'loudest', call });
  }
}
