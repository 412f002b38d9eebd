import type { DateTime } from '../../clock.ts';
import type { AudioFacts } from './audio-facts.ts';
import type { RecordingMetadata } from './recording-storage.ts';

/** A recording as a list has it. */
export interface ListedRecording {
  /** Its name without extension, `/` between folders. */
  readonly name: string;
  /** What its file ends in: WAV, or Opus in Ogg. */
  readonly extension: 'wav' | 'ogg';
  /** Size of the file. */
  readonly bytes: number;
  /** When it was last written; in an S3 store setting metadata counts as that. */
  readonly modified: DateTime;
}

/** A recording with all that is known about it. */
export interface StoredRecording extends Omit<ListedRecording, 'modified'>, AudioFacts {
  /** How long it is, in milliseconds. */
  readonly durationMs: number;
  /** How its samples are encoded: as the option `format` of the recorder, or `'other'`. */
  readonly format: AudioFacts['format'];
  /** Samples per second. */
  readonly rate: number;
  /** 1, or 2 for a stereo recording of a whole call. */
  readonly channels: number;
  /** When it was finished, or stored if it was not made here. Copies and renaming keep it. */
  readonly created: DateTime;
  /** What was written down about it. */
  readonly metadata: RecordingMetadata;
}
