/** Encoding of an audio file; `'other'` for everything that can be played but that no recorder writes, such as 24-bit samples. */
export type AudioFormat = 'PCM16' | 'PCMU' | 'PCMA' | 'OGG_OPUS' | 'other';

/** What an audio file says about itself. */
export interface AudioFacts {
  /** WAV, or Opus in Ogg. */
  readonly extension: 'wav' | 'ogg';
  readonly format: AudioFormat;
  readonly durationMs: number;
  readonly channels: number;
  /** Samples per second. */
  readonly rate: number;
}

/** Reads a part of a file: from `start` up to, not including, `end`. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array>;

/** Looks into an audio file. Rejects with `ChannelError` `FILE_INVALID`, or as `read` does. */
export type DescribeAudio = (name: string, bytes: number, read: ReadBytes) => Promise<AudioFacts>;
