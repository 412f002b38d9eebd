/**
 * States and causes of a channel's media objects (names of the Aculab UAS API). All values are their own names.
 */

/** How the last playing of `channel.filePlayer` ended. */
export const PlayerCause = {
  /** The file could not be played to its end; `filePlayer.error` says why. */
  ERROR: 'ERROR',
  /** Played to the end. */
  NORMAL: 'NORMAL',
  /** A key pressed by the far end stopped it. */
  BARGEIN: 'BARGEIN',
  /** `stop()` or an aborted signal stopped it. */
  ABORTED: 'ABORTED',
  /** The call ended. */
  HANGUP: 'HANGUP',
  /** The limit given as `timeout` was reached. */
  TIMEOUT: 'TIMEOUT',
  /** It runs, or nothing has been played yet. */
  NONE: 'NONE',
} as const;
/** One of the names in {@link PlayerCause}. */
export type PlayerCause = (typeof PlayerCause)[keyof typeof PlayerCause];

/** What `channel.filePlayer` does. */
export const PlayerState = {
  PLAYING: 'PLAYING',
  IDLE: 'IDLE',
  /** Nothing is playing, and the last playing ended with `PlayerCause.ERROR`. */
  ERROR: 'ERROR',
} as const;
/** One of the names in {@link PlayerState}. */
export type PlayerState = (typeof PlayerState)[keyof typeof PlayerState];

/** How the last recording of `channel.fileRecorder` ended. */
export const RecorderCause = {
  /** The recording broke off, for example because the disk is full; `fileRecorder.error` says why. */
  ERROR: 'ERROR',
  /** A key pressed by the far end ended it. */
  BARGEIN: 'BARGEIN',
  /** It was silent for as long as `maxSilence` or `initialSilence` allows. */
  SILENCE: 'SILENCE',
  /** The file reached `maxBytes`. */
  SIZE: 'SIZE',
  /** `stop()` or an aborted signal ended it. */
  ABORTED: 'ABORTED',
  /** The call ended; the file is complete. */
  HANGUP: 'HANGUP',
  /** The limit given as `timeout` was reached. */
  TIMEOUT: 'TIMEOUT',
  /** It runs, or nothing has been recorded yet. */
  NONE: 'NONE',
} as const;
/** One of the names in {@link RecorderCause}. */
export type RecorderCause = (typeof RecorderCause)[keyof typeof RecorderCause];

/** How the last recording of `channel.wholeCallRecorder` ended. */
export const WholeCallRecorderCause = {
  /** The recording broke off, for example because the disk is full; `wholeCallRecorder.error` says why. */
  ERROR: 'ERROR',
  /** Both sides were silent for as long as `maxSilence` or `initialSilence` allows. */
  SILENCE: 'SILENCE',
  /** The file reached `maxBytes`. */
  SIZE: 'SIZE',
  /** `stop()` or an aborted signal ended it. */
  ABORTED: 'ABORTED',
  /** The call ended; the file is complete. */
  HANGUP: 'HANGUP',
  /** The limit given as `timeout` was reached. */
  TIMEOUT: 'TIMEOUT',
  /** It runs, or nothing has been recorded yet. */
  NONE: 'NONE',
} as const;
/** One of the names in {@link WholeCallRecorderCause}. */
export type WholeCallRecorderCause = (typeof WholeCallRecorderCause)[keyof typeof WholeCallRecorderCause];

/** What `channel.fileRecorder` or `channel.wholeCallRecorder` does. */
export const RecorderState = {
  RECORDING: 'RECORDING',
  IDLE: 'IDLE',
  /** Nothing is recorded, and the last recording ended with `RecorderCause.ERROR`. */
  ERROR: 'ERROR',
} as const;
/** One of the names in {@link RecorderState}. */
export type RecorderState = (typeof RecorderState)[keyof typeof RecorderState];

/** How the last `channel.dtmfDetector.getDigits()` ended. */
export const DetectorCause = {
  /** The call ended. */
  HANGUP: 'HANGUP',
  /** As many digits as asked for are there. */
  COUNT: 'COUNT',
  /** An end digit was pressed. */
  END: 'END',
  /** No further digit came in time. */
  TIMEOUT: 'TIMEOUT',
  /** Collecting was broken off by an error. */
  ERROR: 'ERROR',
  /** Digits are being collected, none have been yet, or a signal ended it. */
  NONE: 'NONE',
} as const;
/** One of the names in {@link DetectorCause}. */
export type DetectorCause = (typeof DetectorCause)[keyof typeof DetectorCause];

/** How the last `channel.dtmfPlayer.play()` ended. */
export const DtmfPlayerCause = {
  /** The digits could not be sent; `dtmfPlayer.error` says why. */
  ERROR: 'ERROR',
  /** All digits were sent. */
  NORMAL: 'NORMAL',
  /** The call ended. */
  HANGUP: 'HANGUP',
  /** The limit given as `timeout` was reached. */
  TIMEOUT: 'TIMEOUT',
  /** Digits are being sent, none have been yet, or a signal ended it. */
  NONE: 'NONE',
} as const;
/** One of the names in {@link DtmfPlayerCause}. */
export type DtmfPlayerCause = (typeof DtmfPlayerCause)[keyof typeof DtmfPlayerCause];

/** What `channel.dtmfPlayer` does. */
export const DtmfPlayerState = {
  PLAYING: 'PLAYING',
  IDLE: 'IDLE',
  /** Nothing is sent, and the last sending ended with `DtmfPlayerCause.ERROR`. */
  ERROR: 'ERROR',
} as const;
/** One of the names in {@link DtmfPlayerState}. */
export type DtmfPlayerState = (typeof DtmfPlayerState)[keyof typeof DtmfPlayerState];
