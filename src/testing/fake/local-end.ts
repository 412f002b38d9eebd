import type { DigitMethod } from '../../channel/media-port.ts';
import type { CallSound } from './call-sound.ts';
import type { FakePlace } from './fake-description.ts';
import type { SoundWay } from './linked-sound.ts';

/** A session that can be the far end of another one. */
export interface FarSession {
  readonly sound: CallSound;
  press(digit: string, by: DigitMethod): void;
}

/** Where a session is, and who else is there. */
export interface SessionPlace extends FakePlace {
  /** Left out on the network. */
  readonly find?: ((port: number) => FarSession | undefined) | undefined;
}

/** The far end of a session that is not on the network: another one, as soon as it is known which. */
export class LocalEnd {
  readonly #place: SessionPlace;
  readonly #sound: CallSound;
  #far: FarSession | undefined;
  #way: SoundWay | undefined;

  constructor(place: SessionPlace, sound: CallSound) {
    this.#place = place;
    this.#sound = sound;
  }

  /** The far end wants its audio there. */
  meet(now: number, port: number | undefined): void {
    const far = port === undefined ? undefined : this.#place.find?.(port);
    if (far === this.#far) return;
    this.#way?.close(now);
    this.#far = far;
    this.#way = far && this.#sound.face(far.sound);
  }

  /** A key is sent to it. */
  press(digit: string, by: DigitMethod): void {
    this.#far?.press(digit, by);
  }
}
