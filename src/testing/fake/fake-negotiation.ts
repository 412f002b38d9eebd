import type { DirectMedia } from '../../channel/media-port.ts';
import { ChannelError } from '../../errors.ts';
import { intersect } from '../../media/negotiation/direction.codec.ts';
import { LOCAL_ADDRESS } from '../../media/negotiation/local-address.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { agreed, type FakeAgreement, type FakePlace, fakeDescription } from './fake-description.ts';

/** What a fake call offers and has agreed. */
export class FakeNegotiation implements DirectMedia {
  readonly #codecs: readonly string[];
  readonly #place: FakePlace;
  #version = 0;
  #offered: MediaDirection = 'sendrecv';
  /** How audio may flow as far as this side is concerned. */
  #wanted: MediaDirection = 'sendrecv';
  #agreed: FakeAgreement | undefined;
  #farEnd: SessionDescription | undefined;
  /** Whether the last offer is about the audio of somebody else. */
  #isElsewhere = false;
  #isReleased = false;
  readonly #changed: () => void;

  /**
   * @param place - where audio is wanted.
   * @param changed - told when something else is in force.
   */
  constructor(codecs: readonly string[], place: FakePlace, changed: () => void) {
    this.#codecs = codecs;
    this.#place = place;
    this.#changed = changed;
  }

  get agreed(): FakeAgreement | undefined {
    return this.#agreed;
  }

  get farEnd(): SessionDescription | undefined {
    return this.#place.address === LOCAL_ADDRESS ? undefined : this.#farEnd;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  offer(direction: MediaDirection = this.#wanted): SessionDescription {
    this.#offered = direction;
    this.#isElsewhere = false;
    return fakeDescription(this.#codecs, direction, ++this.#version, this.#place);
  }

  offerFor(other: SessionDescription): SessionDescription {
    const audio = other.media.find(({ kind, port }) => kind === 'audio' && port > 0);
    if (!audio) throw new ChannelError('INVALID_STATE', 'the other far end has described no audio');
    this.#isElsewhere = true;
    const ours = fakeDescription(this.#codecs, 'sendrecv', ++this.#version, this.#place);
    return { ...ours, media: [{ ...audio, direction: 'sendrecv' }] };
  }

  answer(offer: SessionDescription): SessionDescription {
    const { direction, ...rest } = agreed(offer, this.#codecs);
    this.#agreed = { ...rest, direction: intersect(direction, this.#wanted) };
    this.#took(offer, false);
    return fakeDescription([rest.codec], this.#agreed.direction, ++this.#version, this.#place);
  }

  accept(answer: SessionDescription): void {
    if (!this.#isElsewhere) {
      this.#agreed = agreed(answer, this.#codecs);
      this.#wanted = this.#offered;
    } else if (this.#agreed) this.#agreed = { ...this.#agreed, direction: 'inactive', takesEvents: false };
    this.#took(answer, this.#isElsewhere);
  }

  giveUp(): void {
    if (this.#farEnd && this.#isReleased) this.#took(this.#farEnd, false);
  }

  #took(description: SessionDescription, isReleased: boolean): void {
    this.#farEnd = description;
    this.#isReleased = isReleased;
    this.#changed();
  }
}
