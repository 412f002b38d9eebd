import { ChannelError } from '../errors.ts';
import type { MediaDirection, SessionDescription } from '../media-description.ts';
import { acceptAnswer } from './negotiation/accept-answer.codec.ts';
import { createAnswer } from './negotiation/create-answer.codec.ts';
import { createOffer } from './negotiation/create-offer.codec.ts';
import type { LocalMedia } from './negotiation/local-media.ts';
import { nextVersion } from './negotiation/next-version.codec.ts';
import type { MediaPlan } from './negotiation/plan.ts';

/** Packet time that we want to receive with. */
const PTIME_MS = 20;

/** What a session has offered, and what has been agreed. */
export class SessionNegotiation {
  readonly #media: LocalMedia;
  /** Our description in force, and one of ours that still waits for its answer. */
  #described: SessionDescription | undefined;
  #offered: { readonly description: SessionDescription; readonly direction: MediaDirection } | undefined;
  #wanted: MediaDirection = 'sendrecv';
  #plan: MediaPlan | undefined;

  constructor(local: Pick<LocalMedia, 'address' | 'rtpPort' | 'rtcpPort' | 'codecs' | 'sessionId'>) {
    this.#media = {
      ...local,
      family: local.address.includes(':') ? 6 : 4,
      ptimeMs: PTIME_MS,
      sessionVersion: local.sessionId,
    };
  }

  /** What is in force; undefined before anything was agreed. */
  get plan(): MediaPlan | undefined {
    return this.#plan;
  }

  offer(direction: MediaDirection = this.#wanted): SessionDescription {
    const next = createOffer({ ...this.#media, direction }, this.#described);
    const description = nextVersion(this.#described, next);
    this.#offered = { description, direction };
    return description;
  }

  answer(offer: SessionDescription): SessionDescription {
    const { description, plan } = createAnswer({ ...this.#media, direction: this.#wanted }, offer);
    this.#described = nextVersion(this.#described, description);
    this.#offered = undefined;
    this.#plan = plan;
    return this.#described;
  }

  accept(answer: SessionDescription): void {
    const offered = this.#offered;
    if (!offered) throw new ChannelError('INVALID_STATE', 'there is no offer that this answer could belong to');
    const plan = acceptAnswer({ ...this.#media, direction: offered.direction }, offered.description, answer);
    this.#described = offered.description;
    this.#wanted = offered.direction;
    this.#plan = plan;
  }
}
