/**
 * What a channel needs from media to play something. Part of `media-port.ts`; durations and positions are milliseconds.
 */
import type { ChannelError } from '../errors.ts';
import type { ToneSequence } from '../tone-sequence.ts';

/** Audio that comes piece by piece: 16-bit samples, one channel. */
export interface PcmStream {
  /** Samples per second. */
  readonly sampleRate: number;
  /** Length of the whole, if that is known. */
  readonly durationMs?: number | undefined;
  /**
   * The next piece, of any length, or `undefined` at the end. Rejects with `ChannelError`. It is not called again before it has
   * settled. What it resolves with belongs to the caller from then on.
   */
  read(): Promise<Int16Array | undefined>;
  /**
   * Whether `read()` waits for nothing but work of the real world: a disk, a program. Where time is virtual it stands still meanwhile.
   * Not for what waits for virtual time itself, which would never come. Default false.
   */
  readonly isRealWork?: boolean | undefined;
  /** No more is wanted, a `read()` that is pending included. Safe to repeat. Resolves when nothing of it is left running. */
  close(): Promise<void>;
}

/** Something that can be played. */
export type PlaySource = {
  /** How messages, the journal and tests call it: the name of a file or tone, or for example `text:Hello`. */
  readonly name: string;
} & (
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Names the file as it was when somebody looked at it a moment ago, for whoever keeps what is played; then it is not looked at again. */
      readonly identity?: string | undefined;
    }
  | { readonly kind: 'tone'; readonly tone: ToneSequence }
  | { readonly kind: 'silence'; readonly ms: number }
  | { readonly kind: 'samples'; readonly samples: Int16Array; readonly sampleRate: number }
  | { readonly kind: 'stream'; readonly stream: PcmStream }
);

export interface PlayRequest {
  /** Played one after the other without a gap; at least one. */
  readonly sources: readonly PlaySource[];
  /** Digits of which one stops the playing; empty for none. Only a key pressed after the start counts. */
  readonly bargeIn: string;
  /** Whether it stops when the far end begins to speak, having been silent while or before it plays. */
  readonly bargeInOnSpeech?: boolean | undefined;
  /** Starts again at the end, for ever. */
  readonly loop?: boolean | undefined;
  /** Where to begin; 0 when left out. */
  readonly positionMs?: number | undefined;
  /** How much louder in decibels, less than 0 for softer; 0 when left out. */
  readonly volume?: number | undefined;
}

/** Where a playing stands. */
export interface PlayProgress {
  /** How far it is in the whole list of sources. It does not move while paused. */
  readonly positionMs: number;
  /** How much audio has been sent while it could be heard: not during a hold, and nothing twice that was played again after a rewind. */
  readonly heardMs: number;
  /** Length of the whole list; undefined as long as that is not known. `Infinity` for a loop. */
  readonly durationMs: number | undefined;
  readonly paused: boolean;
}

export interface PlayOutcome {
  readonly reason: 'completed' | 'bargein' | 'stopped' | 'closed' | 'error';
  /** How much was sent, in milliseconds. */
  readonly playedMs: number;
  /** As {@link PlayProgress.positionMs} at the end. */
  readonly positionMs: number;
  /** As {@link PlayProgress.heardMs} at the end. */
  readonly heardMs: number;
  readonly error?: ChannelError | undefined;
}

/** A playing that is under way. What comes too late for any of these does nothing. */
export interface Playing {
  /** Resolves when its first audio is ready to be sent; rejects with a `ChannelError` when it cannot be begun. */
  readonly started: Promise<void>;
  /** Always resolves, once, also after a failed start and after the session was closed. */
  readonly finished: Promise<PlayOutcome>;
  /** Asks it to end; off the wire within one packet. Safe to repeat. */
  stop(): void;
  /** Sends silence until {@link Playing.resume}. Off the wire within one packet. */
  pause(): void;
  resume(): void;
  /** Goes on at this position: at the beginning when it is less than 0, at the end when it is beyond it. Stays paused if it is. */
  seek(positionMs: number): void;
  /** As {@link PlayRequest.volume}; heard with the next packet. */
  setVolume(decibels: number): void;
  /** Where it stands now. */
  progress(): PlayProgress;
}
