import { FarLink } from '../mix/far-link.ts';
import type { GuestMemory } from '../mix/join-protocol.ts';
import type { Joined } from '../mix/joined.state.ts';
import { Guest } from './guest.ts';
import type { PhaseClock } from './phase-clock.ts';

/** A call of this engine that is a guest of another one. */
interface Lent {
  readonly call: number;
  readonly joined: Joined;
  readonly link: FarLink;
}

/** The guests of one engine, and its calls that are guests of others. */
export class Guests {
  readonly #phases: Pick<PhaseClock, 'add' | 'remove'>;
  readonly #guests = new Map<number, Guest>();
  readonly #lent = new Map<number, Lent>();

  constructor(phases: Pick<PhaseClock, 'add' | 'remove'>) {
    this.#phases = phases;
  }

  /** The guest of this number. */
  get(call: number): Guest | undefined {
    return this.#guests.get(call);
  }

  /** A call is a guest from now on. */
  enter(call: number, { heard, said }: GuestMemory): void {
    const guest = new Guest(heard, said);
    this.#guests.set(call, guest);
    this.#phases.add(guest);
  }

  /** A guest is gone. */
  leave(call: number): void {
    const guest = this.#guests.get(call);
    if (!guest) return;
    this.#guests.delete(call);
    this.#phases.remove(guest);
    guest.close();
  }

  /** A call of this engine is a guest of another one from now on. @param joined - what joins it to others */
  lend(guest: number, call: number, joined: Joined, { heard, said }: GuestMemory): void {
    joined.voice.open();
    joined.voice.moveTo(heard);
    const link = new FarLink(said);
    joined.add(link);
    this.#lent.set(guest, { call, joined, link });
  }

  /** It is that no more. */
  takeBack(guest: number): void {
    const lent = this.#lent.get(guest);
    if (!lent) return;
    this.#lent.delete(guest);
    lent.joined.remove(lent.link);
    lent.link.close();
    lent.joined.voice.close();
  }

  /** A call of this engine is gone. */
  drop(call: number): void {
    for (const [guest, lent] of this.#lent) if (lent.call === call) this.takeBack(guest);
  }
}
