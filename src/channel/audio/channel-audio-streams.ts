import { Hangup } from '../../errors.ts';
import type { Call } from '../call.ts';
import type { ChannelCore } from '../channel-core.ts';
import { journaledNow } from '../journal/journaled.ts';
import { type AudioOptions, audioFormat } from './audio-options.ts';
import { AudioPipe } from './audio-pipe.ts';
import type { AudioChunk } from './audio-writer.ts';

/**
 * The audio of a channel's calls for programs that make and understand it themselves: `channel.audio`.
 *
 * @example
 * // Sends back what the far end says, until the call is over: it rejects with Hangup then.
 * await channel.audio.readable.pipeTo(channel.audio.writable);
 */
export class ChannelAudioStreams {
  readonly #core: ChannelCore;
  /** Those that the properties are of: the one that is read, and the one that is written. */
  #read: AudioPipe | undefined;
  #written: AudioPipe | undefined;
  #call: Call | undefined;
  #droppedMs = 0;

  /** @internal */
  constructor(core: ChannelCore) {
    this.#core = core;
  }

  /**
   * What the far end says, as samples at 8000 Hz in pieces of 20 ms; see {@link AudioPipe.readable}. Always the same stream, until it was
   * cancelled or the call is over.
   *
   * @throws Hangup when there is no call or it is over.
   * @throws ChannelError `INVALID_STATE` unless answered.
   */
  get readable(): ReadableStream<Int16Array> {
    this.#follow();
    if (!this.#read || this.#read.isReadOver) {
      this.#read?.end();
      this.#read = this.#open('channel.audio.readable', {});
    }
    return this.#read.readable;
  }

  /**
   * What the far end hears, as samples at 8000 Hz; see {@link AudioPipe.writable}. Always the same stream, until it was closed, was aborted
   * or has failed: then it is a new one.
   *
   * @throws Hangup when there is no call or it is over.
   * @throws ChannelError `INVALID_STATE` unless answered.
   */
  get writable(): WritableStream<AudioChunk> {
    this.#follow();
    if (!this.#written || this.#written.isWriteOver) {
      this.#written?.end();
      this.#written = this.#open('channel.audio.writable', {});
    }
    return this.#written.writable;
  }

  /** How much was lost in the present call because it was not read in time, of all that is read, in milliseconds. */
  get dropped(): number {
    return this.#call === this.#core.call ? this.#droppedMs : 0;
  }

  /**
   * Opens a pipe of its own, at a rate and with pieces of a length of your choice, that can be cleared and marked. Several can be read side
   * by side.
   *
   * @throws Hangup when there is no call or it is over.
   * @throws ChannelError `INVALID_STATE` unless answered; `INVALID_ARGUMENT`. `signal.reason` when its signal has been aborted; if that
   * happens later, both streams fail with it.
   * @example
   * await using pipe = channel.audio.open({ sampleRate: 24_000 });
   * const writer = pipe.writable.getWriter();
   * await writer.write(new Int16Array(24_000));
   * console.log(await pipe.mark('one second'));
   */
  open(options: AudioOptions = {}): AudioPipe {
    return journaledNow(this.#core.journal, 'audio.open', [options], () => this.#open('audio.open()', options));
  }

  #open(operation: string, options: AudioOptions): AudioPipe {
    this.#follow();
    const { call, journal } = this.#core;
    if (call.hangup) throw new Hangup(call.hangup);
    const format = audioFormat(operation, options);
    options.signal?.throwIfAborted();
    call.demandAnswered(operation);
    const dropped = (ms: number): void => {
      if (this.#call === call) this.#droppedMs += ms;
    };
    return new AudioPipe({ call, journal, dropped }, format, options.signal);
  }

  /** A new call begins with nothing. */
  #follow(): void {
    if (this.#call === this.#core.call) return;
    this.#call = this.#core.call;
    this.#read = undefined;
    this.#written = undefined;
    this.#droppedMs = 0;
  }
}
