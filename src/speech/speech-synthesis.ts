import { createHash } from 'node:crypto';
import type { PlaySource } from '../channel/play-port.ts';
import type { Speech, SpeechRequest } from '../channel/playback/media-services.ts';
import type { CheckedSpeechOptions } from '../channel/playback/speech-options.ts';
import type { SpeechProvider } from '../channel/playback/speech-provider.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { AwaitDisk } from '../disk.ts';
import { ChannelError, isChannelError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { handled } from '../operation.ts';
import { FliteSpeech } from './flite/flite-speech.ts';
import { SpeechCache } from './speech-cache.ts';
import { speechPlan } from './speech-plan.ts';
import type { SpeechSegment, SpokenSegment } from './ssml/segment.ts';
import { Utterance, type UtteranceListener } from './utterance.ts';

/** Part of the names in the cache: another one when the same text would sound different. */
const CACHE_VERSION = 1;

export interface SpeechSynthesisOptions extends CheckedSpeechOptions {
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly logger: Logger;
  /** As on a platform: present where time is virtual. */
  readonly holdTime?: (<T>(work: Promise<T>) => Promise<T>) | undefined;
}

/** Text to speech: takes the text apart, asks the provider, and keeps what was spoken. */
export class SpeechSynthesis implements Speech {
  readonly #options: SpeechSynthesisOptions;
  readonly #flite = new FliteSpeech();
  readonly #cache: SpeechCache | undefined;
  /** What is being spoken, by its name in the cache: many calls may say the same at once. */
  readonly #utterances = new Map<string, Utterance>();
  readonly #all = new Set<Utterance>();
  #isClosed = false;

  constructor(options: SpeechSynthesisOptions) {
    this.#options = options;
    const { cacheDirectory, holdTime, awaitDisk, logger } = options;
    // What a test finds must not depend on what another one has said.
    const keepsNothing = cacheDirectory === false || (cacheDirectory === undefined && holdTime !== undefined);
    this.#cache = keepsNothing ? undefined : new SpeechCache({ directory: cacheDirectory, awaitDisk, logger });
  }

  async say(text: string, request: SpeechRequest): Promise<readonly PlaySource[]> {
    const plan = speechPlan(text, request, this.#options);
    const { signal } = request;
    signal.throwIfAborted();
    const listeners = new Map<SpeechSegment, UtteranceListener>();
    const leave = (): Promise<unknown> => Promise.all(Array.from(listeners.values(), (listener) => listener.close()));
    const failures: unknown[] = [];
    const giveUp = (reason: unknown): void => {
      failures.push(reason);
      void handled(leave());
    };
    const onAbort = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const open = async (part: SpeechSegment): Promise<PlaySource> => {
      if ('breakMs' in part) return { kind: 'silence', name: 'pause', ms: part.breakMs };
      try {
        return await this.#source(part, (listener) => {
          listeners.set(part, listener);
          if (failures.length > 0) void handled(leave());
        });
      } catch (error) {
        giveUp(error);
        throw error;
      }
    };
    try {
      const opening = plan.map(open);
      // All of them: what is opened after another one has failed must be left as well.
      await Promise.allSettled(opening);
      const sources = await Promise.all(opening);
      const first = plan.find((part) => 'text' in part);
      if (first) await listeners.get(first)?.first();
      signal.throwIfAborted();
      return sources;
    } catch (error) {
      await leave();
      // What comes after the first failure comes of it.
      throw signal.aborted ? signal.reason : (failures[0] ?? error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends what is being spoken, and waits for what is being kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#all, (utterance) => utterance.stop(stopped())));
    const { holdTime } = this.#options;
    const ending = this.#flite.close();
    await (holdTime ? holdTime(ending) : ending);
    await this.#cache?.close();
  }

  async #source(part: SpokenSegment, onListener: (listener: UtteranceListener) => void): Promise<PlaySource> {
    const name = `text:${part.text}`;
    const provider = this.#options.provider ?? this.#flite;
    const key = keyOf(part, provider);
    const path = this.#utterances.has(key) ? undefined : await this.#cache?.find(key);
    if (path !== undefined) return { kind: 'file', name, path };
    const utterance = this.#utterance(key, part, provider);
    const listener = utterance.listen();
    onListener(listener);
    const sampleRate = await utterance.begin();
    const stream = { sampleRate, read: () => listener.read(), close: () => listener.close() };
    return { kind: 'stream', name, stream };
  }

  #utterance(key: string, part: SpokenSegment, provider: SpeechProvider): Utterance {
    const known = this.#utterances.get(key);
    if (known?.isOpen) return known;
    if (this.#isClosed) throw stopped();
    const { clock, timeout, holdTime } = this.#options;
    const { text, voice, language, rate, volumeDb } = part;
    const utterance: Utterance = new Utterance({
      clock,
      timeoutMs: timeout,
      volumeDb,
      begin: async (signal) => provider.synthesize(text, { voice, language, rate, signal }),
      failure: (error) => asSpeechError(error, provider),
      hold: holdTime ? (work) => holdTime(withinRealTime(work, timeout)) : (work) => work,
      ended: (pieces, sampleRate) => void handled(this.#ended(key, utterance, pieces, sampleRate)),
    });
    this.#utterances.set(key, utterance);
    this.#all.add(utterance);
    return utterance;
  }

  async #ended(
    key: string,
    utterance: Utterance,
    pieces: readonly Int16Array[] | undefined,
    sampleRate: number,
  ): Promise<void> {
    this.#all.delete(utterance);
    if (pieces) await this.#cache?.put(key, pieces, sampleRate);
    if (this.#utterances.get(key) === utterance) this.#utterances.delete(key);
  }
}

/** Names speech by everything that it depends on. */
function keyOf({ text, voice, language, rate, volumeDb }: SpokenSegment, provider: SpeechProvider): string {
  const facts = [CACHE_VERSION, provider.name, voice ?? null, language ?? null, rate, String(volumeDb), text];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** A provider that hangs must not keep virtual time from passing for ever. */
async function withinRealTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: Disposable | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = systemClock.schedule(systemClock.now() + ms, resolve);
  });
  await Promise.race([work, enough]);
  timer?.[Symbol.dispose]();
}

function asSpeechError(error: unknown, provider: SpeechProvider): ChannelError {
  if (isChannelError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ChannelError('SPEECH_FAILED', `the speech provider ${provider.name} failed: ${message}`, { cause: error });
}

function stopped(): ChannelError {
  return new ChannelError('STOPPED', 'the user agent has been stopped, so nothing is spoken');
}
