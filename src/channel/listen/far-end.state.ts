import { FarEndType } from '../far-end-type.ts';
import type { ToneEvent } from './hearing.ts';

/** What tells a person from a machine; milliseconds. */
export interface FarEndRules {
  readonly longestGreeting: number;
  readonly greetingSilence: number;
}

/** The end of speech is told so much later: only then it is certain that somebody has gone on. */
const HANGOVER_MS = 200;
/** Tones that follow each other within this are part of something else than the beep of a machine: busy, or SIT. */
const AFTER_BEEP_MS = 700;

/**
 * Guesses who answered a call: a person says little and waits for an answer, a machine goes on, or beeps. Told what is heard, it knows when
 * it will decide if nothing else is.
 */
export class FarEndGuess {
  readonly #rules: FarEndRules;
  #decision: FarEndType | undefined;
  /** When the greeting began, and when its last word ended. */
  #beganAt: number | undefined;
  #endedAt = 0;
  #isSpeaking = false;
  /** When a beep was over without a tone after it. */
  #beepedAt: number | undefined;

  constructor(rules: FarEndRules) {
    this.#rules = rules;
  }

  /** Who it is, once that is decided. */
  get decision(): FarEndType | undefined {
    return this.#decision;
  }

  /** When to {@link FarEndGuess.decide} next; `Infinity` for not before something is heard. */
  get deadline(): number {
    return Math.min(this.#beepDeadline, this.#greetingDeadline);
  }

  /** It has begun to speak, or has fallen silent, so long ago. */
  speech(isSpeaking: boolean, sinceMs: number, now: number): void {
    const since = now - sinceMs;
    this.#isSpeaking = isSpeaking;
    if (isSpeaking) this.#beganAt ??= since;
    else this.#endedAt = since;
    this.decide(now);
  }

  tone({ tone, isOver }: Pick<ToneEvent, 'tone' | 'isOver'>, now: number): void {
    if (tone === 'CNG' || tone === 'CED') this.#decision ??= FarEndType.FAX_MACHINE;
    this.#beepedAt = tone === 'BEEP' && isOver ? now : undefined;
    // After a greeting there is no doubt.
    if (tone === 'BEEP' && this.#beganAt !== undefined) this.#decision ??= FarEndType.ANSWER_MACHINE;
  }

  /** Decides if it is time to. */
  decide(now: number): void {
    if (now >= this.#beepDeadline) this.#decision ??= FarEndType.ANSWER_MACHINE;
    if (now >= this.#greetingDeadline) {
      this.#decision ??= this.#isSpeaking ? FarEndType.ANSWER_MACHINE : FarEndType.LIVE;
    }
  }

  get #beepDeadline(): number {
    return this.#beepedAt === undefined ? Number.POSITIVE_INFINITY : this.#beepedAt + AFTER_BEEP_MS;
  }

  get #greetingDeadline(): number {
    if (this.#beganAt === undefined) return Number.POSITIVE_INFINITY;
    const { longestGreeting, greetingSilence } = this.#rules;
    return this.#isSpeaking ? this.#beganAt + longestGreeting + HANGOVER_MS : this.#endedAt + greetingSilence;
  }
}
