import { Disposables } from '../../disposables.ts';
import { type HangupInfo, isHangup } from '../../errors.ts';
import type { Call } from '../call.ts';
import { Cause } from '../cause.ts';
import type { ChannelCore } from '../channel-core.ts';
import { hold, resume } from '../hold/hold.ts';
import { joinCalls } from '../parties/connection.ts';
import type { ReferReply, ReferredTo } from '../signaling-port.ts';
import { State } from '../state.ts';
import type { Manners } from './callee-options.ts';
import { relayRequests } from './request-relay.ts';
import { relayTransfer } from './transfer-relay.ts';

/**
 * Two calls that are one to their far ends: what the one side does the other one gets to know, and the end of one ends the other. It begins
 * with the answer of the callee, and is over with the first of the two calls, or when the program parts them.
 */
export class BackToBack {
  readonly #sides: readonly [ChannelCore, ChannelCore];
  readonly #calls: readonly [Call, Call];
  readonly #manners: Manners;
  readonly #held = new Disposables();
  /** The calls that were put on hold because the other far end holds. */
  readonly #onHold = new Set<Call>();
  #isOver = false;
  /** What survives the end of the other one. */
  #spared: Call | undefined;

  constructor(caller: ChannelCore, callee: ChannelCore, manners: Manners) {
    this.#sides = [caller, callee];
    this.#calls = [caller.call, callee.call];
    this.#manners = manners;
    if (manners.keepOnCalleeEnd) this.#spared = caller.call;
    for (const [from, to] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      const { call } = from;
      call.backToBack = this;
      this.#held.use(call.onEnd((info) => this.#ended(call, info)));
      this.#held.use(from.events.on('held', (isHeld) => this.#hold(to.call, isHeld)));
      this.#held.use(relayRequests(from, to.call, manners.headerRules));
      from.journal.add({ kind: 'note', text: `back to back with ${to.id}` });
    }
  }

  /** The channel of the other side. */
  other(call: Call): ChannelCore {
    const [caller, callee] = this.#sides;
    return call === this.#calls[0] ? callee : caller;
  }

  /** Whether a call is that of the callee. */
  isCallee(call: Call): boolean {
    return call === this.#calls[1];
  }

  /** Whether both calls are up. */
  get isUp(): boolean {
    return !this.#isOver && this.#calls.every((call) => call.isUp);
  }

  /** Lets the two far ends hear each other. Throws as {@link joinCalls}. */
  join(operation: string): void {
    const { relayDigits } = this.#manners;
    joinCalls(...this.#calls, { operation, relayDigits });
    for (const call of this.#calls) if (call.holding.isHeld) this.#hold(this.other(call).call, true);
  }

  /** Passes the request of one far end to call somebody on to the other one; says whether it does. */
  transfer(call: Call, request: ReferredTo, reply: ReferReply): boolean {
    if (!this.#manners.relayTransfer || !this.isUp) return false;
    void relayTransfer(request, reply, this.other(call).call);
    return true;
  }

  /** Ends the call of one side, and leaves the other one with the program. */
  terminate(call: Call): void {
    this.#spared = this.other(call).call;
    call.release(Cause.NORMAL, { by: 'local', text: 'ended by this side; the other side of the call goes on' });
  }

  #ended(call: Call, info: HangupInfo): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const other = this.other(call);
    const { call: left } = other;
    this.#held.dispose();
    // What was begun for the sake of the other side ends with it.
    if (this.#onHold.has(left) && left.isUp) this.#hold(left, false);
    left.environment.logger.debug('one side of a back-to-back call is over', { channel: other.id, by: info.by });
    other.events.emit('otherLegEnded', info);
    if (this.#spared === left) return;
    const { q850, reason } = info;
    left.release(
      Cause.NORMAL,
      { by: 'local', q850, text: 'the other side of the call is over' },
      { status: 480, q850, text: q850 === undefined ? undefined : reason?.replace(/[\r\n\0]/gu, ' ') },
    );
  }

  /** The far end of the one side holds, or does so no more: so the other one waits, or does so no more. */
  #hold(call: Call, isHeld: boolean): void {
    if (isHeld) {
      // What the program holds, it takes back itself.
      if (call.state !== State.ANSWERED || !call.isUp) return;
      this.#onHold.add(call);
    } else if (!this.#onHold.delete(call) || !call.isUp || call.state === State.ANSWERED) return;
    const changing = isHeld ? hold(call, {}) : resume(call, {});
    changing.catch((error: unknown) => {
      if (isHangup(error)) return;
      call.environment.logger.warn('the other side of a call could not be told of a hold', { isHeld, error });
    });
  }
}
