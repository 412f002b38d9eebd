import type { ToneEvent } from './hearing.ts';

/** How the end of a machine's greeting is recognised; milliseconds. */
export interface MachineWaitRules {
  readonly minBeep: number;
  readonly postBeepSilence: number;
  readonly noBeepSilence: number;
}

/** A tone is told to be over when it has been over for so long. */
const TONE_END_MS = 60;

/** Follows the greeting of an answering machine until it listens: after a beep and a silence, or after a long silence. */
export class MachineWait {
  readonly #rules: MachineWaitRules;
  #isSpeaking: boolean;
  #isSounding = false;
  /** Whether the last that was heard is a beep. */
  #hasBeeped = false;
  #quietSince: number;

  constructor(rules: MachineWaitRules, isSpeaking: boolean, now: number) {
    this.#rules = rules;
    this.#isSpeaking = isSpeaking;
    this.#quietSince = now;
  }

  /** When it listens, unless something is heard before; `Infinity` while something is. */
  get deadline(): number {
    if (this.#isSpeaking || this.#isSounding) return Number.POSITIVE_INFINITY;
    const { postBeepSilence, noBeepSilence } = this.#rules;
    return this.#quietSince + (this.#hasBeeped ? postBeepSilence : noBeepSilence);
  }

  /** It has begun to speak, or has fallen silent, so long ago. */
  speech(isSpeaking: boolean, sinceMs: number, now: number): void {
    this.#isSpeaking = isSpeaking;
    if (isSpeaking) this.#hasBeeped = false;
    else this.#quietSince = Math.max(this.#quietSince, now - sinceMs);
  }

  /** A tone sounds, or is over. */
  tone({ tone, isOver, ms }: Pick<ToneEvent, 'tone' | 'isOver' | 'ms'>, now: number): void {
    if (tone === 'BUSY' || tone === 'CONGESTION') return;
    this.#isSounding = !isOver;
    if (!isOver) return;
    this.#hasBeeped = ms >= this.#rules.minBeep;
    this.#quietSince = Math.max(this.#quietSince, now - TONE_END_MS);
  }
}
