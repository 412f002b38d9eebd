/**
 * What a channel needs from media to record something. Part of `media-port.ts`; durations are milliseconds.
 */
import type { ChannelError } from '../errors.ts';

/** Encoding of a recording: a WAV file of 16-bit samples, µ-law or A-law, or Opus in an Ogg file. */
export type RecordFormat = 'PCM16' | 'PCMU' | 'PCMA' | 'OGG_OPUS';

/** Samples per second in the file. */
export type RecordRate = 8000 | 16_000;

export interface RecordRequest {
  readonly path: string;
  readonly format: RecordFormat;
  /** 8000 when left out. */
  readonly rate?: RecordRate | undefined;
  /** Ends the recording after this long. */
  readonly maxDurationMs?: number | undefined;
  /** Ends it when the file has this size. */
  readonly maxBytes?: number | undefined;
  /** Ends it after this much silence that follows sound. */
  readonly maxSilenceMs?: number | undefined;
  /** Ends it after this much silence at the beginning; `maxSilenceMs` when left out. */
  readonly initialSilenceMs?: number | undefined;
  /** Digits of which one ends it; empty for none. */
  readonly bargeIn: string;
  /** What to do when the file is there already. */
  readonly ifExists: 'overwrite' | 'fail' | 'append';
  /** Whether keys of the far end that come as tones are replaced by silence. */
  readonly removeDigits?: boolean | undefined;
  /** Opens the file and waits for {@link RecordingTask.resume}. */
  readonly isHeld?: boolean | undefined;
  /** Whether somebody wants to know how it stands while it runs. */
  readonly isWatched?: boolean | undefined;
}

/** A recording of both sides of a call. */
export interface CallRecordRequest extends Omit<RecordRequest, 'bargeIn' | 'isHeld'> {
  /** `stereo`: the far end on the left, this side on the right; `mixed`: both in one channel. */
  readonly channels: 'stereo' | 'mixed';
}

export interface RecordOutcome {
  readonly reason: 'timeout' | 'size' | 'silence' | 'bargein' | 'stopped' | 'closed' | 'error';
  /** Of what was recorded now, not of what it was appended to. */
  readonly durationMs: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Whether anything but silence was recorded. */
  readonly audioDetected: boolean;
  /** Whether it was thrown away as {@link RecordingTask.cancel} says. */
  readonly isDiscarded?: boolean | undefined;
  readonly error?: ChannelError | undefined;
}

/** Where a recording stands. */
export interface RecordProgress {
  /** How much has been recorded. */
  readonly durationMs: number;
  /** Level in dBov of what comes now, also while it is paused or muted: 0 is the loudest, -127 silence. */
  readonly level: number;
  /** Whether anything but silence was recorded so far. */
  readonly audioDetected: boolean;
  readonly isPaused: boolean;
}

/** What can be done to a recording that runs. */
export type RecordControl = 'pause' | 'resume' | 'mute' | 'unmute';

/** A recording that is under way. */
export interface RecordingTask {
  /** Resolves when it records; rejects with a `ChannelError` when it cannot be begun. */
  readonly started: Promise<void>;
  /** Always resolves, once, also after a failed start and after the session was closed. */
  readonly finished: Promise<RecordOutcome>;
  /** Asks it to end. Safe to repeat. */
  stop(): void;
  /**
   * Leaves out what comes, or takes it in again; records silence, or what comes again. Resolves with `true` when it is so and with
   * `false` when the recording was over before.
   */
  control(control: RecordControl): Promise<boolean>;
  /** Ends it and takes away what it has recorded: the file, or what was appended to it. */
  cancel(): void;
  /** How it stands now; exact when it is watched. */
  progress(): RecordProgress;
}
