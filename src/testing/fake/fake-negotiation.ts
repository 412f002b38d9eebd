import { intersect } from '../../media/negotiation/direction.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';
import { agreed, type FakeAgreement, type FakePlace, fakeDescription } from './fake-description.ts';

/** What a fake call offers and has agreed. */
export class FakeNegotiation {
  readonly #codecs: readonly string[];
  readonly #place: FakePlace;
  #version = 0;
  #offered: MediaDirection = 'sendrecv';
  /** How audio may flow as far as this side is concerned. */
  #wanted: MediaDirection = 'sendrecv';
  #agreed: FakeAgreement | undefined;

  /** @param place - where audio is wanted. */
  constructor(codecs: readonly string[], place: FakePlace) {
    this.#codecs = codecs;
    this.#place = place;
  }

  get agreed(): FakeAgreement | undefined {
    return this.#agreed;
  }

  offer(direction: MediaDirection = this.#wanted): SessionDescription {
    this.#offered = direction;
    return fakeDescription(this.#codecs, direction, ++this.#version, this.#place);
  }

  answer(offer: SessionDescription): SessionDescription {
    const { direction, ...rest } = agreed(offer, this.#codecs);
    this.#agreed = { ...rest, direction: intersect(direction, this.#wanted) };
    return fakeDescription([rest.codec], this.#agreed.direction, ++this.#version, this.#place);
  }

  accept(answer: SessionDescription): void {
    this.#agreed = agreed(answer, this.#codecs);
    this.#wanted = this.#offered;
  }
}
