/** What a speech provider is asked for besides the text. */
export interface SpeechProviderOptions {
  /** Name of a voice; the provider's own choice when left out. */
  readonly voice?: string | undefined;
  /** Language tag such as `en` or `de-DE` (BCP 47); the provider's own choice when left out. */
  readonly language?: string | undefined;
  /** Speed: 1 is normal, 2 twice as fast. From 0.25 to 4. */
  readonly rate: number;
  /** Fires when nobody wants the speech any more. Whatever works on it should end then. */
  readonly signal: AbortSignal;
}

/** Speech, piece by piece as it is made. */
export interface SpeechAudio {
  /** Samples per second, from 1000 to 384000. */
  readonly sampleRate: number;
  /** 16-bit samples of one channel, in pieces of any length. What it gives belongs to who takes it. */
  readonly audio: AsyncIterable<Int16Array>;
}

/**
 * Turns text into speech, for the option `speech` of a user agent. There are `commandSpeech()`, `espeakSpeech()` and `httpSpeech()`; this
 * is for everything else. What it throws or rejects with becomes a `ChannelError` `SPEECH_FAILED` with that error as its `cause`.
 *
 * @example
 * ```ts
 * import { type SpeechProvider, UserAgent } from 'offhook';
 *
 * const beeps: SpeechProvider = {
 *   name: 'beeps',
 *   synthesize(text) {
 *     async function* audio() {
 *       for (const _ of text) yield Int16Array.from({ length: 800 }, (_value, index) => 8000 * Math.sin(index / 2));
 *     }
 *     return { sampleRate: 8000, audio: audio() };
 *   },
 * };
 * const agent = await UserAgent.start({ speech: { provider: beeps } });
 * ```
 */
export interface SpeechProvider {
  /** For messages, and to keep its speech apart from that of others in the cache. */
  readonly name: string;
  /**
   * Speaks plain text. It is called once for each part of a text with one voice, language and speed; SSML has been taken apart before.
   * The first piece should come early; the next is asked for when one has been taken.
   */
  synthesize(text: string, options: SpeechProviderOptions): SpeechAudio | Promise<SpeechAudio>;
}
