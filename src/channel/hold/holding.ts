import { takesNoAudio } from '../../holding.codec.ts';
import type { MediaDirection, SessionDescription } from '../../media-description.ts';

/** Which of the two sides of one call holds the other. */
export class Holding {
  /** How audio flows while this side holds the far end; undefined while it does not. */
  ours: MediaDirection | undefined;
  readonly #call: { readonly isLive: boolean };
  readonly #changed: (isHeld: boolean) => void;
  #isHeld = false;

  /** @param changed - told when the far end begins to hold this side, and when it ends that. */
  constructor(call: { readonly isLive: boolean }, changed: (isHeld: boolean) => void) {
    this.#call = call;
    this.#changed = changed;
  }

  /** Whether the far end holds this side. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The far end has described its audio: in an offer, or in its answer to one of ours with this direction. */
  described(theirs: SessionDescription, ours: MediaDirection = 'sendrecv'): void {
    const isHeld = takesNoAudio(theirs);
    // Who is held may answer so without holding us.
    if (!this.#call.isLive || isHeld === this.#isHeld || (isHeld && ours !== 'sendrecv')) return;
    this.#isHeld = isHeld;
    this.#changed(isHeld);
  }
}
