/**
 * What a channel needs from media to hear and to send bare samples. Part of `media-port.ts`; 16-bit samples of one channel, durations
 * are milliseconds.
 */

export interface TapRequest {
  /** Samples per second: a multiple of 8000. */
  readonly sampleRate: number;
  /** Length of a piece: a multiple of 20. */
  readonly frameMs: number;
}

export interface FeedRequest {
  /** Samples per second: a multiple of 8000. */
  readonly sampleRate: number;
}

/** Where a feed stands. */
export interface FeedProgress {
  /** What was pushed and has not been sent. */
  readonly aheadMs: number;
  /** How much of all that was pushed has been sent while it could be heard: not during a hold. */
  readonly heardMs: number;
  /** The marks that are done with since the last time, in order: reached, or dropped together with the audio before them. */
  readonly marks: readonly { readonly mark: number; readonly isPlayed: boolean }[];
  /** Length of what each {@link AudioFeed.clear} since the last time has dropped, in order. */
  readonly cleared: readonly number[];
}

/** Samples to the far end. What comes too late for any of these does nothing. */
export interface AudioFeed {
  /** Sends these after what was pushed before, which are the feed's from now on; where nothing is left, there is silence. */
  push(samples: Int16Array<ArrayBuffer>): void;
  /** Has it told when everything that was pushed before has been sent. */
  mark(mark: number): void;
  /** Drops what has not been sent; off the wire within one packet. */
  clear(): void;
  /** Drops what has not been sent, and ends. Safe to repeat. */
  close(): void;
}

/** The streams of samples of one call. They end with the media session, without a word. */
export interface MediaStreams {
  /**
   * Hands over what the far end says, without a gap from now on: silence where nothing came, concealed where a packet was lost.
   *
   * @param take - is given each piece, which is its own.
   * @returns what ends it.
   */
  tap(request: TapRequest, take: (samples: Int16Array<ArrayBuffer>) => void): Disposable;
  /**
   * Opens a way for samples to the far end. They are heard while nothing is played, and instead of an echo and of the background.
   *
   * @param tell - told a few times a second while something is sent, as soon as nothing is left, and for each mark and each clearing.
   */
  feed(request: FeedRequest, tell: (progress: FeedProgress) => void): AudioFeed;
}
