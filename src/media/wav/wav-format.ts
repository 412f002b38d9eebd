/** How the samples of a WAV file are written. */
export type SampleEncoding = 'U8' | 'S16' | 'S24' | 'S32' | 'F32' | 'F64' | 'PCMU' | 'PCMA';

/** What the `fmt ` chunk of a WAV file says, checked. */
export interface WavFormat {
  readonly encoding: SampleEncoding | 'IMA';
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes of one sample of all channels, or of the block that holds several. */
  readonly frameBytes: number;
}

/** A WAV file whose header has been read. */
export interface WavLayout extends WavFormat {
  /** Where the samples begin in the file. */
  readonly dataOffset: number;
  /** Bytes of samples: what the header says or what the file holds, whichever is less; whole frames only, but for the last block. */
  readonly dataLength: number;
  /** Samples of each channel. */
  readonly samples: number;
}

/** Bytes that one sample of one channel takes. */
export const SAMPLE_BYTES: Readonly<Record<SampleEncoding, number>> = {
  U8: 1,
  S16: 2,
  S24: 3,
  S32: 4,
  F32: 4,
  F64: 8,
  PCMU: 1,
  PCMA: 1,
};
