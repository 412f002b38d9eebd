import type { DirectMedia } from '../channel/media-port.ts';
import { ChannelError } from '../errors.ts';
import type { MediaDirection, SessionDescription } from '../media-description.ts';
import { acceptAnswer } from './negotiation/accept-answer.codec.ts';
import { createAnswer } from './negotiation/create-answer.codec.ts';
import { createOffer } from './negotiation/create-offer.codec.ts';
import { LOCAL_ADDRESS } from './negotiation/local-address.codec.ts';
import type { LocalMedia } from './negotiation/local-media.ts';
import { nextVersion } from './negotiation/next-version.codec.ts';
import { offerElsewhere } from './negotiation/offer-elsewhere.codec.ts';
import type { MediaPlan } from './negotiation/plan.ts';

/** Packet time that we want to receive with. */
const PTIME_MS = 20;

/** Where packets go that must not go anywhere. */
const NOWHERE = { address: '0.0.0.0', rtpPort: 0, rtcpPort: 0 };

/** An offer that waits for its answer. */
interface Offered {
  readonly description: SessionDescription;
  readonly direction: MediaDirection;
  /** It is about the audio of somebody else. */
  readonly isElsewhere?: boolean;
}

/** What a session has offered, and what has been agreed. */
export class SessionNegotiation implements DirectMedia {
  readonly #media: LocalMedia;
  /** Our description in force, the last one with audio of our own, and one of ours that still waits for its answer. */
  #described: SessionDescription | undefined;
  #own: SessionDescription | undefined;
  #offered: Offered | undefined;
  #farEnd: SessionDescription | undefined;
  #wanted: MediaDirection = 'sendrecv';
  #plan: MediaPlan | undefined;
  readonly #changed: () => void;

  /** @param changed - told of each plan that comes into force. */
  constructor(
    local: Pick<LocalMedia, 'address' | 'rtpPort' | 'rtcpPort' | 'codecs' | 'sessionId'>,
    changed: () => void = () => undefined,
  ) {
    this.#changed = changed;
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

  get farEnd(): SessionDescription | undefined {
    return this.#media.address === LOCAL_ADDRESS ? undefined : this.#farEnd;
  }

  get isReleased(): boolean {
    return this.#plan?.isReleased ?? false;
  }

  offer(direction: MediaDirection = this.#wanted): SessionDescription {
    const next = createOffer({ ...this.#media, direction }, this.#own);
    const description = nextVersion(this.#described, next);
    this.#offered = { description, direction };
    return description;
  }

  offerFor(other: SessionDescription): SessionDescription {
    if (!this.#own) throw new ChannelError('INVALID_STATE', 'nothing has been agreed on this call yet');
    const description = nextVersion(this.#described, offerElsewhere(this.#own, other, this.#media.codecs));
    this.#offered = { description, direction: 'sendrecv', isElsewhere: true };
    return description;
  }

  answer(offer: SessionDescription): SessionDescription {
    const { description, plan } = createAnswer({ ...this.#media, direction: this.#wanted }, offer);
    this.#own = this.#described = nextVersion(this.#described, description);
    this.#offered = undefined;
    this.#plan = plan;
    this.#farEnd = offer;
    this.#changed();
    return this.#described;
  }

  accept(answer: SessionDescription): void {
    const offered = this.#offered;
    if (!offered) throw new ChannelError('INVALID_STATE', 'there is no offer that this answer could belong to');
    if (offered.isElsewhere) this.#release();
    else {
      this.#plan = acceptAnswer({ ...this.#media, direction: offered.direction }, offered.description, answer);
      this.#own = offered.description;
      this.#wanted = offered.direction;
    }
    this.#described = offered.description;
    this.#farEnd = answer;
    this.#changed();
  }

  giveUp(): void {
    if (!this.#plan?.isReleased) return;
    this.#plan = { ...this.#plan, isReleased: false };
    this.#changed();
  }

  /** The far end has agreed to send to somebody else and to hear them. Whether that works is between the two. */
  #release(): void {
    if (!this.#plan) return;
    const idle = { direction: 'inactive', remote: NOWHERE, sendEventPayloadType: undefined } as const;
    this.#plan = { ...this.#plan, ...idle, isReleased: true };
  }
}
