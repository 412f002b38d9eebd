import type { OfferReply } from '../../channel/signaling-port.ts';
import { ChannelError, Hangup, type HangupInfo } from '../../errors.ts';
import { intersect, mirror } from '../../media/negotiation/direction.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { shown } from '../../operation.ts';
import { fakeDescription } from './fake-description.ts';

/**
 * What the far end of a call does with an offer of the application in the middle of a call (re-INVITE): it agrees; it refuses it with 488;
 * it offers something itself at the same moment, so that the application has to try again (491); it hangs up instead; it says nothing.
 */
export type OfferPlan = 'accept' | 'refuse' | 'collide' | 'hangUp' | 'silence';

const PLANS: Readonly<Record<OfferPlan, true>> = {
  accept: true,
  collide: true,
  hangUp: true,
  refuse: true,
  silence: true,
};

/** Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkOfferPlan(plan: OfferPlan): OfferPlan {
  if (typeof plan === 'string' && Object.hasOwn(PLANS, plan)) return plan;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `what the far end does with an offer is ${Object.keys(PLANS).join(', ')}, not ${shown(plan)}`,
  );
}

/** What offers in the middle of a call need to know of their leg. */
interface OfferedLeg {
  after(ms: number, run: () => void): void;
  end(info: HangupInfo): void;
  /** The far end has agreed to an offer of the application with this direction. */
  agreed(direction: MediaDirection): void;
}

/** How long who owns the Call-ID waits after 491, at least, and how long the other side does at most (RFC 3261 §14.1). */
const RETRY_OWN_MS = 2100;
const RETRY_OTHER_MS = 1000;
/** How long a re-INVITE waits for an answer: 64·T1. */
const UNANSWERED_MS = 32_000;

/** The offers of a fake call after its answer, in both directions. */
export class FakeOffers {
  /** What the far end does with the next offers; it agrees when there is nothing left. */
  plans: OfferPlan[] = [];
  readonly #leg: OfferedLeg;
  readonly #isOwner: boolean;
  /** How audio may flow as far as the far end is concerned, seen from there. */
  #theirs: MediaDirection = 'sendrecv';
  #version = 1;
  #reject: ((info: HangupInfo) => void) | undefined;

  /** @param isOwner - whether the application has begun the call. */
  constructor(leg: OfferedLeg, isOwner: boolean) {
    this.#leg = leg;
    this.#isOwner = isOwner;
  }

  /** The application offers something; resolves with the far end's answer. */
  reinvite(offer: () => SessionDescription): Promise<SessionDescription> {
    if (this.#reject) return Promise.reject(new ChannelError('BUSY', 'another offer is under way'));
    return new Promise((resolve, reject) => {
      this.#reject = (info) => reject(new Hangup(info));
      const settle = (run: () => void): void => {
        this.#reject = undefined;
        run();
      };
      this.#try(
        offer,
        (answer) => settle(() => resolve(answer)),
        (error) => settle(() => reject(error)),
      );
    });
  }

  /** The far end offers something; it counts for what it answers later on when the application accepts it. */
  offered(description: SessionDescription | undefined, reply: OfferReply): OfferReply {
    const direction = description?.media.find(({ kind }) => kind === 'audio')?.direction;
    return {
      accept: (answer) => {
        if (direction) this.#theirs = direction;
        reply.accept(answer);
      },
      refuse: (status) => reply.refuse(status),
    };
  }

  /** The call is over. */
  end(info: HangupInfo): void {
    this.#reject?.(info);
    this.#reject = undefined;
  }

  #try(
    offer: () => SessionDescription,
    resolve: (answer: SessionDescription) => void,
    reject: (error: unknown) => void,
  ): void {
    let ours: SessionDescription;
    try {
      ours = offer();
    } catch (error) {
      reject(error);
      return;
    }
    const plan = this.plans.shift() ?? 'accept';
    this.#leg.after(0, () => {
      switch (plan) {
        case 'accept':
          resolve(this.#answer(ours));
          return;
        case 'refuse':
          reject(new ChannelError('REFUSED', 'the far end refused the offer with 488 Not Acceptable Here'));
          return;
        case 'collide':
          this.#leg.after(this.#isOwner ? RETRY_OWN_MS : RETRY_OTHER_MS, () => this.#try(offer, resolve, reject));
          return;
        case 'hangUp':
          this.#leg.end({ by: 'remote', text: 'the far end sent BYE' });
          return;
        case 'silence':
          this.#leg.after(UNANSWERED_MS, () =>
            this.#leg.end({ by: 'network', status: 408, text: 'a re-INVITE was never answered' }),
          );
          return;
      }
    });
  }

  #answer({ media }: SessionDescription): SessionDescription {
    const line = media.find(({ kind, port }) => kind === 'audio' && port !== 0);
    const wanted = line?.direction ?? 'sendrecv';
    const direction = intersect(mirror(wanted), this.#theirs);
    const encodings = line?.payloads.filter(({ encoding }) => encoding !== 'telephone-event') ?? [];
    this.#leg.agreed(wanted);
    return fakeDescription(
      encodings.slice(0, 1).map(({ encoding }) => encoding),
      direction,
      ++this.#version,
    );
  }
}
