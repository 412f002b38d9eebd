import type { Clock } from '../../clock.ts';
import type { LegBase } from '../leg.ts';
import type { SipRequest } from '../message/message.ts';
import { parseReplaces } from '../refer/replaces.codec.ts';
import type { SipCore } from './core.ts';

/** The call that an INVITE is to take the place of, or the status that it is refused with; neither when it does not ask for that. */
export interface Replacement {
  readonly leg?: LegBase | undefined;
  readonly status?: number | undefined;
}

/** As long as a transaction of a call that is over may live: 64·T1. */
const MEMORY = 32_000;
const MOST_REMEMBERED = 10_000;

/** Finds the calls that INVITEs with Replaces mean (RFC 3891 §3). */
export class Replacements {
  readonly #core: SipCore;
  readonly #clock: Clock;
  /** Dialogs that are over, and until when they are remembered; in the order of their ends. */
  readonly #ended = new Map<string, number>();

  constructor(core: SipCore, clock: Clock) {
    this.#core = core;
    this.#clock = clock;
  }

  /** A call is over. */
  remember({ dialogId }: LegBase): void {
    const now = this.#clock.now();
    for (const [id, until] of this.#ended) {
      if (until > now && this.#ended.size < MOST_REMEMBERED) break;
      this.#ended.delete(id);
    }
    if (dialogId !== undefined) this.#ended.set(dialogId, now + MEMORY);
  }

  find(invite: SipRequest): Replacement {
    const value = invite.first('Replaces');
    if (value === undefined) return {};
    const replaces = parseReplaces(value);
    if (replaces === undefined || invite.first('Join') !== undefined) return { status: 400 };
    const { callId, toTag, fromTag, earlyOnly } = replaces;
    const dialog = this.#core.findDialog(callId, toTag, fromTag);
    const leg = dialog && this.#core.owners.get(dialog)?.leg;
    if (leg === undefined || leg.hangup !== undefined)
      return { status: this.#isOver(callId + toTag + fromTag) || leg ? 603 : 481 };
    // Deviation: RFC 3891 §3 lets a call of ours that rings be replaced too. And a fork that answered too late has the leg of another one.
    const isAnswered = leg.phase === 'confirmed' || leg.phase === 'accepted';
    if (!isAnswered || leg.dialogId !== dialog?.id) return { status: 481 };
    return earlyOnly ? { status: 486 } : { leg };
  }

  close(): void {
    this.#ended.clear();
  }

  #isOver(id: string): boolean {
    return this.#core.leaving.has(id) || (this.#ended.get(id) ?? 0) > this.#clock.now();
  }
}
