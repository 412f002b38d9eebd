import type { SpeechProvider } from '../../channel/playback/speech-provider.ts';
import { ChannelError } from '../../errors.ts';
import { sentencesOf } from '../sentences.codec.ts';
import { WavReader } from '../wav/wav-reader.codec.ts';
import { fliteText } from './flite-text.codec.ts';
import { FliteThread } from './flite-thread.ts';

/** The voices that are in the package, and their samples per second. The first speaks where none is asked for. */
const VOICES: Readonly<Record<string, number>> = { slt: 16_000, rms: 16_000, awb: 16_000, kal16: 16_000, kal: 8000 };
const DEFAULT_VOICE = 'slt';

/** flite (Carnegie Mellon University), in WebAssembly on a thread of its own. It speaks English. */
export class FliteSpeech implements SpeechProvider {
  readonly name = 'flite';
  readonly #thread = new FliteThread();

  synthesize(
    text: string,
    { voice = DEFAULT_VOICE, language, rate, signal }: Parameters<SpeechProvider['synthesize']>[1],
  ): { readonly sampleRate: number; readonly audio: AsyncIterable<Int16Array> } {
    const sampleRate = Object.hasOwn(VOICES, voice) ? VOICES[voice] : undefined;
    if (sampleRate === undefined) {
      throw new ChannelError(
        'SPEECH_FAILED',
        `flite has no voice ${JSON.stringify(voice)}; it has ${Object.keys(VOICES).join(', ')}`,
      );
    }
    if (language !== undefined && !/^en([-_]|$)/i.test(language)) {
      throw new ChannelError(
        'SPEECH_FAILED',
        `flite speaks English and not ${JSON.stringify(language)}; set speech.provider, for example to espeakSpeech() or httpSpeech(), for other languages`,
      );
    }
    const sentences = sentencesOf(fliteText(text));
    const thread = this.#thread;
    async function* audio(): AsyncGenerator<Int16Array> {
      for (const sentence of sentences) {
        yield new WavReader().push(await thread.speak({ text: sentence, voice, rate }, signal));
      }
    }
    return { sampleRate, audio: audio() };
  }

  /** Ends its thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
