/** Something to be played, by kind. */
export type MediaItem =
  /** A file of the media directory: WAV natively, what else ffmpeg can decode when there is an ffmpeg. */
  | { readonly file: string }
  /** A sound of `ua.sounds`, in this language or the channel's. */
  | { readonly sound: string; readonly language?: string | undefined }
  /** A recording of `ua.recordings`. */
  | { readonly recording: string }
  /** A whole number, spoken. */
  | { readonly number: number | string; readonly language?: string | undefined }
  /** Digits, spoken one by one. */
  | { readonly digits: string; readonly language?: string | undefined }
  /** Letters, digits and signs, spelled. */
  | { readonly characters: string; readonly language?: string | undefined }
  /** A tone of the channel's tone manager. */
  | { readonly tone: string }
  /** So many milliseconds of nothing. */
  | { readonly silence: number }
  /** Text to speech. */
  | {
      readonly text: string;
      readonly voice?: string | undefined;
      readonly language?: string | undefined;
      readonly rate?: number | undefined;
    }
  /** A WAV file or another audio file in memory; or 16-bit samples of one channel, at this rate. */
  | { readonly buffer: Uint8Array | Int16Array; readonly sampleRate?: number | undefined }
  /** 16-bit samples of one channel that come piece by piece, at this rate (default 8000). */
  | {
      readonly stream: ReadableStream<Int16Array | Uint8Array> | AsyncIterable<Int16Array | Uint8Array>;
      readonly sampleRate?: number | undefined;
    }
  /** An audio file behind an http or https address. */
  | { readonly url: string };

/**
 * Something to be played: an item, the name of a file, a URI such as `sound:vm-intro`, `recording:`, `number:42`, `digits:`,
 * `characters:`, `tone:`, `silence:500`, `text:Hello`, `file:` or `https://…`, or several of these as one playing.
 */
export type Media = string | MediaItem | readonly (string | MediaItem)[];
