import { ChannelError, Hangup } from '../../errors.ts';
import { handled, type OperationOptions, runOperation, shown, stopped } from '../../operation.ts';
import type { Call } from '../call.ts';
import type { Journal } from '../journal/journal.ts';
import { journaled } from '../journal/journaled.ts';
import { OPERATION_OPTIONS, refuseOptions } from '../option-names.ts';
import type { AudioFormat, AudioOptions, AudioRate } from './audio-options.ts';
import { AudioReader } from './audio-reader.ts';
import { type AudioChunk, AudioWriter, type MarkOutcome } from './audio-writer.ts';

/** What a pipe belongs to. */
export interface AudioPipeHost {
  readonly call: Call;
  readonly journal: Journal;
  /** Told how many milliseconds were not read in time. */
  dropped(ms: number): void;
}

/**
 * The audio of a call as Web Streams of 16-bit samples, one channel: what an agent needs that listens and speaks by itself. From
 * {@link ChannelAudioStreams.open}; it ends with the call.
 *
 * @example
 * await using pipe = channel.audio.open({ sampleRate: 16_000 });
 * const writer = pipe.writable.getWriter();
 * for await (const samples of pipe.readable) await writer.write(samples);
 */
export class AudioPipe implements AsyncDisposable {
  /** Samples per second, both ways. */
  readonly sampleRate: AudioRate;
  /** Length of each piece that is read, in milliseconds. */
  readonly frameMs: number;
  readonly #host: AudioPipeHost;
  readonly #writer: AudioWriter;
  #reader: AudioReader | undefined;
  #droppedMs = 0;
  #isClosed = false;
  #forget: () => void = () => undefined;

  /** @internal */
  constructor(host: AudioPipeHost, format: AudioFormat, signal: AudioOptions['signal']) {
    this.sampleRate = format.sampleRate;
    this.frameMs = format.frameMs;
    this.#host = host;
    this.#writer = new AudioWriter(host.call, format.sampleRate, 'channel.audio.writable');
    const abort = (): void => this.end(signal?.reason);
    const ended = host.call.onEnd((info) => {
      this.#isClosed = true;
      this.#reader?.end();
      this.#writer.fail(new Hangup(info));
      this.#forget();
    });
    signal?.addEventListener('abort', abort, { once: true });
    this.#forget = () => {
      ended[Symbol.dispose]();
      signal?.removeEventListener('abort', abort);
    };
  }

  /**
   * What the far end says, without a gap from the moment at which this is used for the first time: silence where nothing came, concealed
   * where a packet was lost. It closes with the call, after what was heard before has been read; `cancel()` stops listening. Who reads too
   * slowly loses what is older than two seconds, see {@link AudioPipe.dropped}.
   */
  get readable(): ReadableStream<Int16Array> {
    this.#reader ??= this.#listen();
    return this.#reader.stream;
  }

  /**
   * What the far end hears: samples, or their bytes with the low byte first. They are sent in their own time, one after the other, and
   * where nothing is left there is silence; what is written then is sent at once. `write()` resolves while less than a second is on its
   * way: await it, or `ready`. Closing the stream lets everything be sent, aborting drops it. Do not change samples before `write()` has
   * resolved.
   *
   * A call sends one thing at a time: the turn is taken with the first samples and given back when all that was written has been sent, so
   * prompts can be played in between. `write()` rejects with `BUSY` while something else is sent, and with `Hangup` when the call is over;
   * the stream cannot be used any more after that.
   */
  get writable(): WritableStream<AudioChunk> {
    return this.#writer.stream;
  }

  /** How much of what was written the far end could hear by now, in milliseconds: exact at a mark and after a clearing, at most 100 behind else. */
  get playedMs(): number {
    return this.#writer.heardMs;
  }

  /** How much was written and has not been sent, in milliseconds. */
  get aheadMs(): number {
    return this.#writer.aheadMs;
  }

  /** How much of {@link AudioPipe.readable} was lost because it was not read in time, in milliseconds. */
  get dropped(): number {
    return this.#droppedMs;
  }

  /** @internal Whether nothing can be read any more. */
  get isReadOver(): boolean {
    return this.#isClosed || this.#reader?.isOver === true;
  }

  /** @internal Whether nothing can be written any more. */
  get isWriteOver(): boolean {
    return this.#isClosed || this.#writer.isOver;
  }

  /**
   * Resolves with `'played'` when everything that was written before has been sent, or with `'cleared'` when some of it has been dropped.
   *
   * @param name - for the journal.
   * @throws Hangup when the call is or gets over.
   * @throws ChannelError `INVALID_ARGUMENT`; `TIMEOUT` after `timeout` milliseconds, no limit by default.
   */
  mark(name: string, options: OperationOptions = {}): Promise<MarkOutcome> {
    const { call } = this.#host;
    return this.#journaled('mark', [name, options], () => {
      const refused = refuseOptions(call, 'mark()', options, OPERATION_OPTIONS);
      if (refused) return refused;
      return runOperation(call, options, async (stop): Promise<MarkOutcome> => {
        if (typeof name !== 'string') {
          throw new ChannelError('INVALID_ARGUMENT', `mark() needs a name, not ${shown(name)}`);
        }
        const outcome = await Promise.race([this.#writer.mark(), stopped(stop)]);
        return outcome ?? 'cleared';
      });
    });
  }

  /**
   * Drops what was written and not sent; it is off the wire within one packet. Resolves with the length of what was dropped, in
   * milliseconds. Marks that were not reached resolve with `'cleared'`. What is written from then on is sent.
   *
   * @throws Hangup when the call is or gets over.
   */
  clear(): Promise<number> {
    return this.#journaled('clear', [], () =>
      runOperation(this.#host.call, {}, async (stop) => {
        const dropped = await Promise.race([this.#writer.clear(), stopped(stop)]);
        return dropped ?? 0;
      }),
    );
  }

  /** Ends both streams and drops what was not sent. Safe to repeat, never rejects. */
  close(): Promise<void> {
    return this.#journaled('close', [], async () => this.end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #listen(): AudioReader {
    const { call, dropped } = this.#host;
    const reader = new AudioReader(call.media.demand().streams, this, (ms) => {
      this.#droppedMs += ms;
      dropped(ms);
    });
    if (this.#isClosed) reader.end();
    return reader;
  }

  /** @internal The same at once. */
  end(reason?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#forget();
    this.#reader?.close(reason);
    this.#writer.fail(reason ?? new ChannelError('INVALID_STATE', 'this audio pipe was closed'));
  }

  #journaled<T>(method: string, values: readonly unknown[], run: () => Promise<T>): Promise<T> {
    return handled(journaled(this.#host.journal, `audio.${method}`, values, run));
  }
}
