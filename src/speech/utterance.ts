import type { SpeechAudio } from '../channel/playback/speech-provider.ts';
import type { Clock } from '../clock.ts';
import { ChannelError } from '../errors.ts';
import { handled } from '../operation.ts';
import { amplify } from './gain.codec.ts';

/** What is kept of one text, so that others can listen from its beginning and it can be cached: four minutes at 16 kHz. */
const MOST_KEPT_SAMPLES = 4_000_000;
/** How long the end of a provider is waited for that was told to end, in milliseconds. */
const FAREWELL_MS = 1000;

/** How an utterance comes about. */
export interface UtteranceWork {
  readonly clock: Clock;
  /** For the first audio and for each next piece, in milliseconds. */
  readonly timeoutMs: number;
  readonly volumeDb: number;
  /** Asks the provider. */
  begin(signal: AbortSignal): Promise<SpeechAudio>;
  /** What the program is told of an error of the provider. */
  failure(error: unknown): ChannelError;
  /** Keeps virtual time from passing while a provider is at work. */
  hold(work: Promise<unknown>): Promise<unknown>;
  /** It is over. @param pieces - all of it, when it has come to its end and is not too long to be kept. */
  ended(pieces: readonly Int16Array[] | undefined, sampleRate: number): void;
}

/** What the provider has given. */
interface Begun {
  readonly sampleRate: number;
  readonly iterator: AsyncIterator<Int16Array>;
}

/**
 * Text that is being spoken, for one or more listeners. It is asked for piece by piece, one ahead of whoever listens; it ends when nobody
 * does any more.
 */
export class Utterance {
  readonly #work: UtteranceWork;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<UtteranceListener>();
  #begun: Promise<Begun> | undefined;
  #ending: Promise<void> | undefined;
  #pieces: Int16Array[] = [];
  /** How many pieces at the beginning are not kept any more. */
  #dropped = 0;
  #samples = 0;
  #pulling: Promise<void> | undefined;
  #isWhole = false;
  #fault: ChannelError | undefined;

  constructor(work: UtteranceWork) {
    this.#work = work;
  }

  /** Whether another one can still listen from the beginning. */
  get isOpen(): boolean {
    return this.#dropped === 0 && this.#fault === undefined;
  }

  listen(): UtteranceListener {
    const listener = new UtteranceListener(this);
    this.#listeners.add(listener);
    return listener;
  }

  /** Resolves with the samples per second when the provider has taken the text. Rejects with `ChannelError`. */
  async begin(): Promise<number> {
    return (await this.#start()).sampleRate;
  }

  /** A piece, by its number, or `undefined` beyond the end. Rejects with `ChannelError`. */
  async piece(index: number): Promise<Int16Array | undefined> {
    while (index >= this.#dropped + this.#pieces.length) {
      if (this.#fault) throw this.#fault;
      if (this.#isWhole) return undefined;
      await this.#pull();
    }
    const piece = this.#pieces[index - this.#dropped]?.slice();
    this.#forget(index);
    if (index + 1 === this.#dropped + this.#pieces.length) void this.#pull();
    return piece;
  }

  /** Resolves when what nobody else listens to has come to its end. */
  async leave(listener: UtteranceListener): Promise<void> {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    if (!this.#isWhole) this.#fail(new ChannelError('STOPPED', 'nobody listens to this any more'));
    await this.#farewell();
  }

  /** Ends it for all. */
  async stop(error: ChannelError): Promise<void> {
    if (!this.#isWhole) this.#fail(error);
    await this.#farewell();
  }

  #start(): Promise<Begun> {
    this.#begun ??= handled(this.#begin());
    return this.#begun;
  }

  async #begin(): Promise<Begun> {
    const { begin } = this.#work;
    const begun = await this.#guarded(async () => {
      const { sampleRate, audio } = await begin(this.#abort.signal);
      if (!(Number.isInteger(sampleRate) && sampleRate >= 1000 && sampleRate <= 384_000)) {
        throw new TypeError(`its sampleRate is ${sampleRate}`);
      }
      return { sampleRate, iterator: audio[Symbol.asyncIterator]() };
    });
    // What has been taken too late is to end all the same.
    if (this.#fault) void handled(Promise.resolve(begun.iterator.return?.()));
    return begun;
  }

  #pull(): Promise<void> {
    if (this.#isWhole || this.#fault) return Promise.resolve();
    this.#pulling ??= this.#next().finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  /** Never rejects: what is wrong is kept for those who listen. */
  async #next(): Promise<void> {
    try {
      const { iterator, sampleRate } = await this.#start();
      const result: unknown = await this.#guarded(() => iterator.next());
      const { done, value } = result as { readonly done?: unknown; readonly value?: unknown };
      if (this.#fault) return;
      if (done === true) this.#finish(sampleRate);
      else if (value instanceof Int16Array) this.#add(value);
      else throw new TypeError('its audio has a piece that is no Int16Array');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Runs a part of the provider's work under its limit; an error of it ends the utterance. */
  async #guarded<T>(part: () => Promise<T>): Promise<T> {
    const { clock, timeoutMs, hold } = this.#work;
    const { signal } = this.#abort;
    let timer: Disposable | undefined;
    let stop = (): void => undefined;
    const cut = handled(
      new Promise<never>((_resolve, reject) => {
        stop = () => reject(this.#fault);
        signal.addEventListener('abort', stop, { once: true });
        timer = clock.schedule(clock.now() + timeoutMs, () =>
          reject(new ChannelError('SPEECH_TIMEOUT', `the speech provider has given nothing for ${timeoutMs} ms`)),
        );
      }),
    );
    try {
      if (this.#fault) throw this.#fault;
      const result = handled(Promise.race([part(), cut]));
      await hold(result.catch(() => undefined));
      return await result;
    } catch (error) {
      this.#fail(error);
      throw this.#fault ?? error;
    } finally {
      timer?.[Symbol.dispose]();
      signal.removeEventListener('abort', stop);
    }
  }

  #add(piece: Int16Array): void {
    amplify(piece, this.#work.volumeDb);
    this.#pieces.push(piece);
    this.#samples += piece.length;
  }

  #finish(sampleRate: number): void {
    if (this.#samples === 0) {
      this.#fail(new ChannelError('SPEECH_FAILED', 'the speech provider gave no audio for the text'));
      return;
    }
    this.#isWhole = true;
    this.#work.ended(this.#dropped === 0 ? this.#pieces : undefined, sampleRate);
  }

  #fail(error: unknown): void {
    if (this.#fault) return;
    this.#fault = this.#work.failure(error);
    this.#abort.abort(this.#fault);
    this.#ending = handled(
      Promise.resolve(this.#begun).then(
        async (begun) => void (await begun?.iterator.return?.()),
        () => undefined,
      ),
    );
    this.#work.ended(undefined, 0);
  }

  /** Waits for the end of a provider that was told to end, but not for one that does not listen. */
  async #farewell(): Promise<void> {
    const { clock } = this.#work;
    let timer: Disposable | undefined;
    const late = new Promise<void>((resolve) => {
      timer = clock.schedule(clock.now() + FAREWELL_MS, resolve);
    });
    await Promise.race([Promise.allSettled([this.#ending, this.#pulling]), late]);
    timer?.[Symbol.dispose]();
  }

  /** Gives up what all have heard, when it is too much to be kept. */
  #forget(taken: number): void {
    if (this.#samples <= MOST_KEPT_SAMPLES) return;
    const heard = Math.min(taken, ...Array.from(this.#listeners, ({ position }) => position));
    while (this.#dropped < heard && this.#pieces.length > 0) {
      this.#pieces.shift();
      this.#dropped++;
    }
  }
}

/** One who listens to an utterance from its beginning. */
export class UtteranceListener {
  readonly #utterance: Utterance;
  #position = 0;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(utterance: Utterance) {
    this.#utterance = utterance;
  }

  /** How many pieces it has taken. */
  get position(): number {
    return this.#position;
  }

  /** Resolves when the first piece can be read at once. Rejects with `ChannelError`. */
  async first(): Promise<void> {
    await this.#utterance.piece(0);
  }

  async read(): Promise<Int16Array | undefined> {
    if (this.#isClosed) return undefined;
    const piece = await this.#utterance.piece(this.#position);
    if (this.#isClosed || piece === undefined) return undefined;
    this.#position++;
    return piece;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#closing ??= this.#utterance.leave(this);
    return this.#closing;
  }
}
