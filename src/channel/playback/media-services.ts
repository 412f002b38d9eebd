/**
 * What playing needs besides the media of the call: each turns one kind of medium into what a session can play. The user agent has real
 * ones, the fake channel its own. Everything rejects with `ChannelError`, before any audio is sent.
 */
import type { PlaySource } from '../play-port.ts';

/** How text is to be spoken. */
export interface SpeechRequest {
  /** Name of a voice; the provider's own choice when left out. */
  readonly voice?: string | undefined;
  /** Such as `en` or `de-DE`. */
  readonly language?: string | undefined;
  /** 1 is normal speed, 2 twice as fast. */
  readonly rate?: number | undefined;
  readonly signal: AbortSignal;
}

/** Text to speech. */
export interface Speech {
  /** Plain text or SSML (`<speak>…</speak>`). Resolves when the first audio is there. */
  say(text: string, request: SpeechRequest): Promise<readonly PlaySource[]>;
}

/** Sounds that are installed, by name and language. */
export interface SoundSources {
  /** Rejects with `SOUND_NOT_FOUND`, or `SOUND_LANGUAGE_MISSING` when it is there in other languages only. */
  source(id: string, language: string | undefined): Promise<PlaySource>;
  /** Whether all of these are there in this language. */
  hasAll(ids: readonly string[], language: string): boolean;
}

/** Recordings, by name. */
export interface RecordingSources {
  source(name: string): Promise<PlaySource>;
}

/** Audio of kinds that are no plain WAV file. */
export interface Decoder {
  /** A file whose path has been checked. WAV comes back as `kind: 'file'`. */
  file(path: string, name: string, signal: AbortSignal): Promise<PlaySource>;
  /** A file in memory. */
  bytes(bytes: Uint8Array, name: string, signal: AbortSignal): Promise<PlaySource>;
  /** What is behind an http or https address. */
  url(url: string, signal: AbortSignal): Promise<PlaySource>;
}

export interface MediaServices {
  readonly speech: Speech;
  readonly sounds: SoundSources;
  readonly recordings: RecordingSources;
  readonly decoder: Decoder;
  /** Ends what they have running. */
  close?(): Promise<void>;
}
