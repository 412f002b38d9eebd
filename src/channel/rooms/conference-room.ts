import type { Channel } from '../channel.ts';
import type { Room } from './room.ts';
import type { RoomParty } from './room-party.ts';

/** Somebody in a {@link ConferenceRoom}. */
export class ConferenceParty {
  readonly #party: RoomParty;

  /** @internal */
  constructor(party: RoomParty) {
    this.#party = party;
  }

  /** The channel that called the room, or whose call was transferred to it. */
  get channel(): Channel {
    return this.#party.caller.channel;
  }

  /** Whether the others may hear it. */
  get isTalker(): boolean {
    return this.#party.role.isTalker;
  }

  /** Whether it is muted: by itself, by the program, or since it came. */
  get isMuted(): boolean {
    return this.#party.isMuted;
  }

  /** Whether it talks just now and is heard. */
  get isTalking(): boolean {
    return this.#party.isTalking;
  }

  /** Lets nobody hear it. Safe to repeat. */
  mute(): void {
    this.#party.mute(true);
  }

  /** Lets the others hear it again, if it is a talker. Safe to repeat. */
  unmute(): void {
    this.#party.mute(false);
  }

  /**
   * Takes it out of the room, as its exit key does: a call that was transferred is back on its channel, a channel that called the room is IDLE.
   * Safe to repeat.
   */
  leave(): void {
    void this.#party.far.hangUp();
  }
}

/**
 * A conference room as it is now: one of `ua.rooms`. It comes to be with its first party and is gone with its last one. While it is STOPPED
 * nobody hears anybody: until a party that starts it enters and finds somebody, and when fewer than two are left. The rules are those of the
 * Aculab UAS API.
 *
 * @example
 * for (const room of ua.rooms) console.log(room.name, room.state, room.parties.length);
 */
export class ConferenceRoom {
  readonly #room: Room;

  /** @internal */
  constructor(room: Room) {
    this.#room = room;
  }

  /** What it is called by. */
  get name(): string {
    return this.#room.name;
  }

  /** `STARTED` while its parties hear each other, `STOPPED` while they do not, `GONE` when there is no such room any more. */
  get state(): 'STOPPED' | 'STARTED' | 'GONE' {
    return this.#room.state;
  }

  /** Those in it, in the order in which they came. */
  get parties(): readonly ConferenceParty[] {
    return this.#room.parties.map((party) => new ConferenceParty(party));
  }

  /** Destroys it: everybody in it is hung up. Safe to repeat. */
  close(): void {
    this.#room.close();
  }
}
