/**
 * What a channel needs from media to let far ends hear each other. Part of `media-port.ts`; levels and volumes are decibels.
 *
 * A far end hears what is played to it; while nothing is, what the program sends; then what it said itself, as an echo; then all that is
 * linked to it or mixed for it, added up; then what is played in the background. The first of these that is there is heard alone.
 */

/** How one far end hears another one. */
export interface LinkOptions {
  /** How much louder, from -60 to 20. Default 0, which passes audio of one codec on without touching a byte. */
  readonly volume?: number | undefined;
}

/** A way of audio from one far end to another one. It ends by itself with either of the two sessions. */
export interface AudioLink {
  /** How much louder from the next packet on. */
  setVolume(decibels: number): void;
  /** Ends it; off the wire within one packet. Safe to repeat. */
  close(): void;
}

/** How somebody takes part in a mix. */
export interface MixSettings {
  /** Whether the others hear it. Default true. */
  readonly isHeard: boolean;
  /** Whether it hears the others. Default true. */
  readonly hears: boolean;
  /** How much louder the others hear it, from -60 to 20. Default 0. */
  readonly gain: number;
  /** How much louder it hears the others, from -60 to 20. Default 0. */
  readonly volume: number;
}

/** The place of one session in a mix. It is left by itself when the session is closed. */
export interface MixSeat {
  change(settings: Partial<MixSettings>): void;
  /** Safe to repeat. */
  leave(): void;
}

/** What is noticed in a mix. */
export type MixEvent<Session> =
  /** Somebody who is heard begins to talk, or has fallen silent. */
  | { readonly type: 'talking'; readonly session: Session; readonly isTalking: boolean }
  /** Somebody else is the loudest of those who talk; nobody when all are silent. */
  | { readonly type: 'loudest'; readonly session: Session | undefined };

/** Far ends that hear each other: each hears all others and not itself. However many talk at once, nothing is clipped. */
export interface Mix<Session> {
  /**
   * Lets a session take part. It can take part in one mix at a time, and may be linked besides. Throws `ChannelError` `INVALID_STATE`
   * when the mix or the session is closed, when the session is in a mix already, or is one of another port.
   */
  join(session: Session, settings?: Partial<MixSettings>): MixSeat;
  /** What each says just now: level in dBov (0 is the loudest, -127 silence) of its last 20 ms, after its gain. */
  levels(): Promise<ReadonlyMap<Session, number>>;
  /** Sets the one listener. */
  listen(listener: (event: MixEvent<Session>) => void): void;
  /** Everybody leaves. Safe to repeat. */
  close(): void;
}
