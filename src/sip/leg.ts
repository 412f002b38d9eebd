import type {
  HeaderField,
  InviteInfo,
  Leg,
  LegEvent,
  LegRequest,
  ReferRequest,
  Referral,
  Release,
} from '../channel/signaling-port.ts';
import { ChannelError, type HangupInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SessionDescription } from '../media-description.ts';
import { type LegEffect, type LegInput, type LegPhase, stepLeg } from './leg.state.ts';
import { type FarEnd, referLines } from './refer/write-refer.codec.ts';
import { contactLines, releaseLines } from './request-fields.ts';

/** The effects that are different for each direction. */
export type LegMessage = Exclude<LegEffect, { readonly type: 'bye' | 'leave' | 'gone' | 'end' }>;

/** What a leg needs of its dialog to change and to end it. */
interface LegSession {
  reinvite(offer: () => SessionDescription): Promise<SessionDescription>;
  /** Sends REFER with these header fields. */
  refer(lines: readonly string[]): Referral;
  readonly id: string;
  readonly farEnd: FarEnd;
  readonly ownUri: string;
  /** Sends BYE with these header fields; `done` is called once it has a final response or will get none, perhaps at once. */
  bye(extraHeaders: string[], done: () => void): void;
  /** Sends INFO or MESSAGE; resolves with the status of its final response, rejects with `Hangup` when the call is over before. */
  send(request: LegRequest): Promise<number>;
}

/** What every leg has in common: its one listener, its life, and its end, which comes once. */
export abstract class LegBase implements Leg {
  abstract readonly direction: 'inbound' | 'outbound';
  abstract readonly invite: InviteInfo;
  abstract readonly localAddress: string;
  readonly offer?: SessionDescription | undefined;
  readonly replaces?: Leg | undefined;
  respond?: Leg['respond'];

  protected readonly logger: Logger;
  /** How the program released the call; read by the effects that say so to the far end. */
  protected released: Release = {};
  #phase: LegPhase;
  #listener: ((event: LegEvent) => void) | undefined;
  #waiting: LegEvent[] = [];
  #hangup: HangupInfo | undefined;
  #isGone = false;
  readonly #onEnd: (leg: LegBase) => void;

  protected constructor(phase: LegPhase, logger: Logger, onEnd: (leg: LegBase) => void) {
    this.#phase = phase;
    this.logger = logger;
    this.#onEnd = onEnd;
  }

  get phase(): LegPhase {
    return this.#phase;
  }

  /** Name of its dialog, as this side knows it; `undefined` before there is one that counts. */
  get dialogId(): string | undefined {
    return this.session?.id;
  }

  /** Why the call is over, or being ended by this side; `undefined` while it is up. */
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
    contactLines(release);
    this.released = release;
    const { status, reason, q850, text } = release;
    this.input({ type: 'release', info: { by: 'local', status, reason, q850, text } });
  }

  abstract ring(description?: SessionDescription): void;
  abstract answer(
    description: SessionDescription,
    headers?: readonly HeaderField[],
  ): Promise<SessionDescription | undefined>;

  reinvite(offer: () => SessionDescription): Promise<SessionDescription> {
    if (this.phase !== 'confirmed' || this.session === undefined) {
      return Promise.reject(
        new ChannelError('INVALID_STATE', 'the call is not answered; change its session only while it is'),
      );
    }
    return this.session.reinvite(offer);
  }

  refer({ to, referredBy, headers }: ReferRequest): Referral {
    const { session } = this;
    if (this.phase !== 'confirmed' || session === undefined)
      throw new ChannelError('INVALID_STATE', 'the call is not answered; transfer it only while it is');
    const whom = typeof to === 'string' ? to : this.#farEndOf(to);
    return session.refer(referLines({ to: whom, referredBy: referredBy ?? session.ownUri, headers }));
  }

  send(request: LegRequest): Promise<number> {
    const isAnswered = this.phase === 'confirmed' || this.phase === 'accepted';
    if (isAnswered && this.session !== undefined) return this.session.send(request);
    return Promise.reject(
      new ChannelError('INVALID_STATE', `${request.method} needs an answered call, and this one is ${this.phase}`),
    );
  }

  /** Ends a call whose far end cannot be heard any more, because the stack is closed. */
  abandon(): void {
    this.release({ status: 503 });
    this.#gone();
  }

  /** The dialog of the call, once there is one that counts. */
  protected abstract readonly session: LegSession | undefined;
  /** Sends what `effect` says. */
  protected abstract apply(effect: LegMessage): void;
  /** Settles what the program waits for. */
  protected abstract settle(info: HangupInfo): void;

  protected input(input: LegInput): void {
    const { phase, effects } = stepLeg(this.#phase, input);
    this.#phase = phase;
    for (const effect of effects) {
      try {
        this.#run(effect);
      } catch (error) {
        this.logger.error('a call leg failed to act', { effect: effect.type, callId: this.invite.callId, error });
      }
    }
  }

  protected emit(event: LegEvent): void {
    if (this.#hangup !== undefined) return;
    this.#deliver(event);
  }

  #farEndOf(leg: Leg): FarEnd {
    if (!(leg instanceof LegBase) || leg === this)
      throw new ChannelError('INVALID_ARGUMENT', 'only another call of the network can be taken over; give its leg');
    if (leg.phase === 'confirmed' && leg.session !== undefined) return leg.session.farEnd;
    throw new ChannelError('INVALID_STATE', 'the call to be taken over is not answered; wait for its answer');
  }

  #run(effect: LegEffect): void {
    switch (effect.type) {
      case 'bye':
        this.#bye();
        break;
      case 'leave':
        this.#leave(effect.info);
        break;
      case 'gone':
        this.#gone();
        break;
      case 'end':
        this.#leave(effect.info);
        this.#gone();
        break;
      case 'send-200':
      case 'refuse':
      case 'terminate-invite':
      case 'established':
      case 'report-progress':
      case 'acknowledge':
      case 'acknowledge-and-bye':
      case 'cancel':
        this.apply(effect);
        break;
    }
  }

  #bye(): void {
    const done = (): void => this.input({ type: 'bye-done' });
    try {
      if (this.session === undefined) done();
      else this.session.bye(releaseLines(this.released), done);
    } catch (error) {
      done();
      throw error;
    }
  }

  #leave(info: HangupInfo): void {
    if (this.#hangup !== undefined) return;
    this.#hangup = info;
    this.settle(info);
  }

  /** The event comes after the current call into the leg has returned, so that `release` never calls its caller back. */
  #gone(): void {
    const info = this.#hangup;
    if (this.#isGone || info === undefined) return;
    this.#isGone = true;
    this.#onEnd(this);
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
