import { ChannelError, Hangup, type HangupInfo } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { SessionDescription } from '../../media-description.ts';
import type {
  HeaderField,
  InviteInfo,
  Leg,
  LegEvent,
  LegRequest,
  ReferRequest,
  Referral,
  Release,
} from '../signaling-port.ts';
import { endSeenBy, finalStatus } from './local-end.codec.ts';
import { LocalReferral } from './local-referral.ts';

/** What the two ends of a call within the process have in common: what one of them does counts at once for both. */
interface Line {
  caller: LocalLeg | undefined;
  called: LocalLeg | undefined;
  phase: 'calling' | 'answered' | 'over';
  /** The offer in the middle of the call that is being made; one at a time. */
  offering: Promise<unknown>;
}

export interface LocalCallOptions {
  readonly invite: InviteInfo;
  readonly offer: SessionDescription;
  readonly logger: Logger;
}

/** Makes the two ends of a call within the process. */
export function localLegs({ invite, offer, logger }: LocalCallOptions): {
  readonly caller: LocalLeg;
  readonly called: LocalLeg;
} {
  const line: Line = { caller: undefined, called: undefined, phase: 'calling', offering: Promise.resolve() };
  const caller = new LocalLeg('outbound', invite, undefined, line, logger);
  const called = new LocalLeg('inbound', invite, offer, line, logger);
  line.caller = caller;
  line.called = called;
  return { caller, called };
}

/** The address of every call within the process. Its media looks at none. */
export const LOCAL_ADDRESS = '127.0.0.1';

/**
 * One end of a call within the process. The other end is told of everything in a microtask of its own, so that nobody is called back while
 * he calls; who comes first wins, as there is no network on which two messages could cross.
 */
export class LocalLeg implements Leg {
  readonly direction: 'inbound' | 'outbound';
  readonly invite: InviteInfo;
  readonly offer: SessionDescription | undefined;
  readonly localAddress = LOCAL_ADDRESS;
  answerHeaders: readonly HeaderField[] | undefined;
  respond: Leg['respond'];
  readonly #line: Line;
  readonly #logger: Logger;
  #listener: ((event: LegEvent) => void) | undefined;
  #waiting: LegEvent[] = [];
  #hangup: HangupInfo | undefined;
  #isOffering = false;
  /** Ends what this side waits for. */
  readonly #pending = new Set<(info: HangupInfo) => void>();

  constructor(
    direction: 'inbound' | 'outbound',
    invite: InviteInfo,
    offer: SessionDescription | undefined,
    line: Line,
    logger: Logger,
  ) {
    this.direction = direction;
    this.invite = invite;
    this.offer = offer;
    this.#line = line;
    this.#logger = logger;
  }

  get #isOver(): boolean {
    return this.#line.phase === 'over';
  }

  listen(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#waiting.splice(0)) this.#deliver(event);
  }

  ring(description?: SessionDescription): void {
    if (this.direction === 'outbound') throw new ChannelError('INVALID_STATE', 'only an inbound call can be rung');
    if (this.#line.phase !== 'calling') return;
    void this.#tell({ type: 'progress', status: description ? 183 : 180, description });
  }

  async answer(
    description: SessionDescription,
    headers: readonly HeaderField[] = [],
  ): Promise<SessionDescription | undefined> {
    if (this.direction === 'outbound') throw new ChannelError('INVALID_STATE', 'only an inbound call can be answered');
    if (this.#isOver) return undefined;
    if (this.#line.phase === 'answered') {
      throw new ChannelError('INVALID_STATE', 'the call was answered already; answer a call once');
    }
    this.#line.phase = 'answered';
    if (this.#far) this.#far.answerHeaders = headers;
    await this.#tell({ type: 'answered', description });
    return undefined;
  }

  release(release: Release = {}): void {
    if (this.#isOver) return;
    const wasAnswered = this.#line.phase === 'answered';
    const status = wasAnswered || this.direction === 'outbound' ? undefined : finalStatus(release.status);
    this.#line.phase = 'over';
    const far = this.#far;
    this.#end(endSeenBy('local', release, status));
    if (far) far.#end(endSeenBy('remote', release, status));
  }

  async reinvite(offer: () => SessionDescription): Promise<SessionDescription> {
    this.#demandAnswered('the session of a call');
    if (this.#isOffering) {
      throw new ChannelError('BUSY', 'another change of the session is under way; wait until it has settled');
    }
    this.#isOffering = true;
    try {
      // Two offers at once would have to be made again (RFC 3261 §14.1); here the second waits for the first.
      const before = this.#line.offering;
      const result = before.then(() => this.#offer(offer));
      this.#line.offering = result.catch(() => undefined);
      return await result;
    } finally {
      this.#isOffering = false;
    }
  }

  refer({ to, referredBy, headers = [] }: ReferRequest): Referral {
    if (typeof to !== 'string') {
      throw new ChannelError(
        'INVALID_ARGUMENT',
        'the far end of a call within the process can be sent to an address, not into another call',
      );
    }
    this.#demandAnswered('REFER');
    const referral = new LocalReferral();
    this.#pending.add(() => referral.end());
    const request = { to, referredBy: referredBy ?? this.#ownUri, headers };
    void this.#tell({ type: 'refer', request, reply: referral.reply });
    return referral;
  }

  send(request: LegRequest): Promise<number> {
    try {
      this.#demandAnswered(request.method);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#unlessOver((resolve) => {
      const response = this.#far?.respond?.(request);
      void this.#tell({ type: 'request', request }).then(async () => resolve((await response) ?? 200));
    });
  }

  get #far(): LocalLeg | undefined {
    return this.direction === 'outbound' ? this.#line.called : this.#line.caller;
  }

  get #ownUri(): string {
    return this.direction === 'outbound' ? this.invite.from : this.invite.to;
  }

  #demandAnswered(what: string): void {
    if (this.#line.phase !== 'answered') {
      throw new ChannelError('INVALID_STATE', `${what} needs an answered call, and this one is ${this.#line.phase}`);
    }
  }

  #offer(offer: () => SessionDescription): Promise<SessionDescription> {
    return this.#unlessOver((resolve, reject) => {
      const description = offer();
      const accept = (answer: SessionDescription): void => queueMicrotask(() => resolve(answer));
      const refuse = (status: number): void =>
        queueMicrotask(() => reject(new ChannelError('REFUSED', `the far end refuses the offer with ${status}`)));
      void this.#tell({ type: 'offer', description, reply: { accept, refuse } });
    });
  }

  /** Settles as `begin` says, but rejects with `Hangup` when the call is over before. */
  #unlessOver<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (info: HangupInfo): void => reject(new Hangup(info));
      this.#pending.add(end);
      const settled = <A>(settle: (value: A) => void): ((value: A) => void) => {
        return (value) => {
          this.#pending.delete(end);
          settle(value);
        };
      };
      if (this.#hangup) end(this.#hangup);
      else begin(settled(resolve), settled(reject));
    });
  }

  /** Tells the far end; resolves when it has been told. */
  #tell(event: LegEvent): Promise<void> {
    const far = this.#far;
    return new Promise((resolve) => {
      queueMicrotask(() => {
        // Who has left hears of nothing but the end.
        if (far && !far.#hangup) far.#deliver(event);
        resolve();
      });
    });
  }

  #end(info: HangupInfo): void {
    queueMicrotask(() => {
      this.#hangup = info;
      this.#deliver({ type: 'ended', info });
      for (const end of [...this.#pending]) end(info);
      this.#pending.clear();
    });
  }

  #deliver(event: LegEvent): void {
    if (!this.#listener) {
      this.#waiting.push(event);
      return;
    }
    try {
      this.#listener(event);
    } catch (error) {
      this.#logger.error('the listener of a call leg threw', {
        event: event.type,
        callId: this.invite.callId,
        error,
      });
    }
  }
}
