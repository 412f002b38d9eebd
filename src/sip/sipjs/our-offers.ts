import { ChannelError, Hangup, type HangupInfo } from '../../errors.ts';
import type { SessionDescription } from '../../media-description.ts';
import { glareDelay, overlapIn } from '../glare.codec.ts';
import { formatSdp } from '../sdp/format-sdp.codec.ts';
import type { CallContext } from './call-context.ts';
import { Reinvite, type ReinviteDialog, type ReinviteOutcome } from './reinvite.ts';

/** What offers of ours need of their dialog. */
export interface OfferingDialog extends ReinviteDialog {
  /** This side chose the Call-ID. */
  readonly ownsCallId: boolean;
  /** An offer of the far end is not settled: ours would meet it. */
  readonly isAsked: boolean;
  lost(info: HangupInfo): void;
}

/** How often an offer is made again that meets those of the far end each time. */
const MOST_TRIES = 10;

type Refused = Extract<ReinviteOutcome, { type: 'refused' }>;

interface Pending {
  readonly offer: () => SessionDescription;
  readonly resolve: (answer: SessionDescription) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

/** Our changes of one session, one at a time, each sent again until it no longer meets one of the far end (RFC 3261 §14.1). */
export class OurOffers {
  readonly #context: CallContext;
  readonly #session: OfferingDialog;
  #pending: Pending | undefined;
  #sent: Reinvite | undefined;
  #timer: Disposable | undefined;

  constructor(context: CallContext, session: OfferingDialog) {
    this.#context = context;
    this.#session = session;
  }

  make(offer: () => SessionDescription): Promise<SessionDescription> {
    if (this.#pending !== undefined) {
      const error = new ChannelError('BUSY', 'another offer of this side is under way; wait until it has settled');
      return Promise.reject(error);
    }
    const { promise, resolve, reject } = Promise.withResolvers<SessionDescription>();
    this.#pending = { offer, resolve, reject, tries: 0 };
    this.proceed();
    // Whoever waits sees the failure; nobody may.
    promise.catch(() => undefined);
    return promise;
  }

  /** Sends what waits, unless it has to go on waiting. */
  proceed(): void {
    const pending = this.#pending;
    if (pending === undefined || this.#sent !== undefined || this.#timer !== undefined || this.#session.isAsked) return;
    pending.tries += 1;
    try {
      const sdp = formatSdp(pending.offer());
      this.#sent = new Reinvite(this.#context, this.#session, sdp, (outcome) => this.#settled(pending, outcome));
    } catch (error) {
      this.#reject(pending, error);
    }
  }

  /** The call is over. */
  end(info: HangupInfo): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const sent = this.#sent;
    this.#sent = undefined;
    if (this.#pending !== undefined) this.#reject(this.#pending, new Hangup(info));
    sent?.end();
  }

  #settled(pending: Pending, outcome: ReinviteOutcome): void {
    this.#sent = undefined;
    if (this.#pending !== pending) return;
    switch (outcome.type) {
      case 'answered':
        this.#pending = undefined;
        pending.resolve(outcome.description);
        break;
      case 'unusable':
        this.#reject(
          pending,
          new ChannelError(
            'REFUSED',
            'the far end took the offer but gave no usable answer; the session stays as it was',
            { cause: new ChannelError('MALFORMED_SDP', 'the 2xx has no session description that can be read') },
          ),
        );
        break;
      case 'refused':
        this.#refused(pending, outcome);
        break;
    }
  }

  #refused(pending: Pending, outcome: Refused): void {
    const { status, reason, isTheirs } = outcome;
    const { clock, random, timings } = this.#context;
    const delay = isTheirs ? delayAfter(outcome, this.#session.ownsCallId, random()) : undefined;
    if (delay !== undefined && pending.tries < MOST_TRIES) {
      this.#timer = clock.schedule(clock.now() + delay, () => {
        this.#timer = undefined;
        this.proceed();
      });
      return;
    }
    if (status === 408 || status === 481) {
      // RFC 3261 §12.2.1.2: without a dialog at the other side there is none at this one. It ends what is pending.
      const by = isTheirs ? 'remote' : 'network';
      const info = { by, status, reason, text: `a re-INVITE was answered ${status} ${reason}` } as const;
      this.#session.lost(info);
      this.#reject(pending, new Hangup(info));
      return;
    }
    const error = new ChannelError('REFUSED', `${textOf(outcome)}; the session stays as it was`);
    if (status !== 487 || !isTheirs) {
      this.#reject(pending, error);
      return;
    }
    // Nobody has cancelled it, so the far end has ended the call. Its BYE may be late, and says more.
    this.#timer = clock.schedule(clock.now() + timings.t2, () => {
      this.#timer = undefined;
      this.#reject(pending, error);
    });
  }

  #reject(pending: Pending, error: unknown): void {
    if (this.#pending === pending) this.#pending = undefined;
    pending.reject(error);
  }
}

function textOf({ status, reason, isTheirs }: Refused): string {
  return isTheirs ? `the far end refused the offer with ${status} ${reason}` : 'the offer could not be sent';
}

/** Milliseconds after which to try again, if that makes sense. */
function delayAfter(
  { status, retryAfter, isOvertaken }: Refused,
  ownsCallId: boolean,
  random: number,
): number | undefined {
  if (status === 491) return glareDelay(ownsCallId, random);
  if (status !== 500) return undefined;
  const seconds = retryAfter === undefined && isOvertaken ? 0 : overlapIn(retryAfter);
  return seconds === undefined ? undefined : seconds * 1000;
}
