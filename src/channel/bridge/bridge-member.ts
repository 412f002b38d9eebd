import type { Channel } from '../channel.ts';
import type { MixSeat, MixSettings } from '../mix-port.ts';
import { optionsProblem } from '../option-names.ts';
import { BRIDGE_SETTINGS, type BridgeSettings, checkSettings } from './bridge-settings.ts';

/** What a member needs of its bridge. */
export interface BridgePlace {
  readonly seat: MixSeat;
  readonly settings: MixSettings;
  readonly isMuted: boolean;
  /** What it says just now, in dBov. */
  level(): Promise<number>;
  /** It goes, if it has not gone. */
  leave(): void;
}

/** @internal What the bridge tells a member. */
export let tell: (member: BridgeMember, what: { readonly isTalking?: boolean; readonly whispers?: 1 | -1 }) => void;
/** @internal Its channel is no member any more. */
export let dismiss: (member: BridgeMember) => void;

/** A channel in a {@link Bridge}, and how it takes part. */
export class BridgeMember {
  static {
    tell = (member, { isTalking, whispers = 0 }) => {
      if (isTalking !== undefined) member.#isTalking = isTalking;
      member.#whispers += whispers;
      if (whispers !== 0) member.#apply();
    };
    dismiss = (member) => {
      member.#isIn = false;
      member.#isTalking = false;
      member.#place.seat.leave();
    };
  }

  /** The channel itself. What is played on it is heard by this member alone, instead of the bridge. */
  readonly channel: Channel;
  readonly #place: BridgePlace;
  #settings: MixSettings;
  #isMuted: boolean;
  /** To how many others alone it speaks. */
  #whispers = 0;
  #isTalking = false;
  #isIn = true;

  /** @internal */
  constructor(channel: Channel, place: BridgePlace) {
    this.channel = channel;
    this.#place = place;
    this.#settings = place.settings;
    this.#isMuted = place.isMuted;
  }

  /** Whether it is still in the bridge. */
  get isIn(): boolean {
    return this.#isIn;
  }

  /** Whether the others may hear it. While it is muted they do not. */
  get talks(): boolean {
    return this.#settings.isHeard;
  }

  /** Whether it hears the others. */
  get hears(): boolean {
    return this.#settings.hears;
  }

  /** How much louder the others hear it, in decibels. */
  get gain(): number {
    return this.#settings.gain;
  }

  /** How much louder it hears the others, in decibels. */
  get volume(): number {
    return this.#settings.volume;
  }

  /** Whether it is muted. */
  get isMuted(): boolean {
    return this.#isMuted;
  }

  /** Whether it talks just now and is heard. */
  get isTalking(): boolean {
    return this.#isTalking;
  }

  /** What it says just now: the level of its last 20 ms in dBov, 0 the loudest, -127 silence, after its gain. -127 when it has left. */
  level(): Promise<number> {
    return this.#isIn ? this.#place.level() : Promise.resolve(-127);
  }

  /** Lets nobody hear it, until it is unmuted. Safe to repeat; without effect when it has left. */
  mute(): void {
    this.#isMuted = true;
    this.#apply();
  }

  /** Lets the others hear it again, if it talks at all. Safe to repeat; without effect when it has left. */
  unmute(): void {
    this.#isMuted = false;
    this.#apply();
  }

  /**
   * Changes how it takes part, from the next packet on; what is not named stays as it is. Without effect when it has left.
   *
   * @throws ChannelError `INVALID_ARGUMENT`.
   * @example
   * const listener = await bridge.add(channel, { talks: false });
   * listener.change({ talks: true, gain: 6 });
   */
  change(settings: BridgeSettings): void {
    const problem = optionsProblem('change()', settings, BRIDGE_SETTINGS);
    if (problem) throw problem;
    this.#settings = { ...this.#settings, ...checkSettings(settings) };
    this.#apply();
  }

  /** Takes it out of the bridge; the call goes on. Safe to repeat. */
  leave(): void {
    this.#place.leave();
  }

  #apply(): void {
    if (!this.#isIn) return;
    const isHeard = this.#settings.isHeard && !this.#isMuted && this.#whispers === 0;
    this.#place.seat.change({ ...this.#settings, isHeard });
  }
}
