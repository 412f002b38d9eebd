import type { HeaderField, InviteInfo, Leg, LegEvent, Release } from '../channel/signaling-port.ts';
import type { HangupInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SessionDescription } from '../media-description.ts';
import { type LegEffect, type LegInput, type LegPhase, stepLeg } from './leg.state.ts';
import { releaseLines } from './request-fields.ts';

/** What every leg has in common: its one listener, its life, and its end, which comes once. */
export abstract class LegBase implements Leg {
  abstract readonly direction: 'inbound' | 'outbound';
  abstract readonly invite: InviteInfo;
  abstract readonly localAddress: string;
  readonly offer?: SessionDescription | undefined;

  protected readonly logger: Logger;
  /** How the program released the call; read by the effects that say so to the far end. */
  protected released: Release = {};
  #phase: LegPhase;
  #listener: ((event: LegEvent) => void) | undefined;
  #waiting: LegEvent[] = [];
  #hangup: HangupInfo | undefined;
  readonly #onEnd: (leg: LegBase) => void;

  protected constructor(phase: LegPhase, logger: Logger, onEnd: (leg: LegBase) => void) {
    this.#phase = phase;
    this.logger = logger;
    this.#onEnd = onEnd;
  }

  get phase(): LegPhase {
    return this.#phase;
  }

  /** Why the call is over, or `undefined` while it is not. */
  get hangup(): HangupInfo | undefined {
    return this.#hangup;
  }

  listen(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#deliver(event);
  }

  release(release: Release = {}): void {
    if (this.#hangup !== undefined) return;
    // Throws for what could not be sent, before anything has happened.
    releaseLines(release);
    this.released = release;
    const { status, reason, q850, text } = release;
    this.input({ type: 'release', info: { by: 'local', status, reason, q850, text } });
  }

  abstract ring(description?: SessionDescription): void;
  abstract answer(
    description: SessionDescription,
    headers?: readonly HeaderField[],
  ): Promise<SessionDescription | undefined>;
  abstract reinvite(description: SessionDescription): Promise<SessionDescription>;

  /** Sends what `effect` says. */
  protected abstract apply(effect: LegEffect): void;
  /** Settles what the program waits for. */
  protected abstract settle(info: HangupInfo): void;

  protected input(input: LegInput): void {
    const { phase, effects } = stepLeg(this.#phase, input);
    this.#phase = phase;
    for (const effect of effects) {
      try {
        if (effect.type === 'end') this.#end(effect.info);
        else this.apply(effect);
      } catch (error) {
        this.logger.error('a call leg failed to act', { effect: effect.type, callId: this.invite.callId, error });
      }
    }
  }

  protected emit(event: LegEvent): void {
    if (this.#hangup !== undefined) return;
    this.#deliver(event);
  }

  /** The event comes after the current call into the leg has returned, so that `release` never calls its caller back. */
  #end(info: HangupInfo): void {
    if (this.#hangup !== undefined) return;
    this.#hangup = info;
    this.#onEnd(this);
    this.settle(info);
    queueMicrotask(() => this.#deliver({ type: 'ended', info }));
  }

  #deliver(event: LegEvent): void {
    if (this.#listener === undefined) {
      this.#waiting.push(event);
      return;
    }
    try {
      this.#listener(event);
    } catch (error) {
      this.logger.error('the listener of a call leg threw', { event: event.type, callId: this.invite.callId, error });
    }
  }
}
