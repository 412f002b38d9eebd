import type { PlayOutcome, PlayRequest } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import type { CallMedia } from '../core/call-media.ts';
import type { CodecName } from '../negotiation/plan.ts';
import type { PromptCache } from '../wav/prompt-cache.ts';
import { WavSource } from '../wav/wav-source.ts';
import { toPlainError } from './plain-error.ts';
import type { Plain } from './protocol.ts';

export interface PlayTaskHost {
  readonly media: CallMedia;
  started(task: number): void;
  finished(task: number, outcome: Plain<PlayOutcome>, unstarted: boolean): void;
}

/** A file to be played. */
interface FileRequest extends Pick<PlayRequest, 'loop'> {
  readonly path: string;
}

/** Feeds a file to the player of a call. */
export class PlayTask {
  readonly #task: number;
  readonly #request: FileRequest;
  readonly #law: CodecName;
  readonly #host: PlayTaskHost;
  readonly #clock: Clock;
  readonly #disk: AwaitDisk;
  readonly #cache: PromptCache;
  #source: WavSource | undefined;
  /** Name of the file in the cache. */
  #name: string | undefined;
  /** The beginning of the prompt, as far as it has been read by this call or another. */
  #kept: readonly Uint8Array[] = [];
  #keptBytes = 0;
  /** Whether `#kept` is all of it. */
  #whole = false;
  /** Whether it is too long to be kept: the file is read piece by piece, over and over if it loops. */
  #streams = false;
  #next = 0;
  #ended = false;
  #started = false;
  #fault: unknown;
  /** Reading that is under way. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    task: number,
    request: FileRequest,
    law: CodecName,
    host: PlayTaskHost,
    shared: { readonly clock: Clock; readonly awaitDisk: AwaitDisk; readonly prompts: PromptCache },
  ) {
    this.#task = task;
    this.#request = request;
    this.#law = law;
    this.#host = host;
    this.#clock = shared.clock;
    this.#disk = shared.awaitDisk;
    this.#cache = shared.prompts;
  }

  /** Opens the file and begins to play. The player must exist already, so that a key pressed meanwhile counts. */
  begin(): void {
    this.#work = this.#open().catch((error: unknown) => this.#fail(error));
  }

  /** The player wants more. */
  feed(): void {
    if (!this.#started || this.#ended) return;
    if (this.#whole || this.#next < this.#kept.length) this.#feedKept();
    else this.#work = this.#feedRead().catch((error: unknown) => this.#fail(error));
  }

  /** The player is done. */
  end(reason: PlayOutcome['reason'], playedMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const error = this.#fault === undefined ? undefined : toPlainError(this.#fault);
    this.#host.finished(
      this.#task,
      { reason, playedMs, positionMs: playedMs, heardMs: playedMs, error },
      !this.#started && error !== undefined,
    );
    this.#work = this.#work.then(() => this.#disk(this.#close()));
  }

  /** Resolves when the file is closed. Called after the end. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #open(): Promise<void> {
    this.#name = await this.#disk(this.#cache.identify(this.#request.path, this.#law, this.#clock.wallNow()));
    const known = this.#name === undefined ? undefined : this.#cache.get(this.#name);
    if (known) {
      this.#kept = known.pieces;
      this.#keptBytes = known.bytes;
      this.#whole = known.whole;
    }
    if (!this.#whole && this.#kept.length === 0) await this.#disk(this.#read());
    if (this.#ended) return;
    this.#started = true;
    this.#host.started(this.#task);
    this.#feedKept();
  }

  async #feedRead(): Promise<void> {
    const piece = await this.#disk(this.#read());
    if (this.#ended) return;
    if (!this.#streams) this.#feedKept();
    else if (piece) this.#hand(piece);
    else this.#host.media.complete(this.#task);
  }

  /** Reads on where the kept pieces end. @returns nothing at the end of the file. */
  async #read(): Promise<Uint8Array | undefined> {
    if (!this.#source) {
      this.#source = await WavSource.open(this.#request.path, this.#law);
      await this.#source.skip(this.#kept.length);
    }
    const piece = await this.#source.read();
    if (this.#streams) {
      if (piece || !this.#request.loop) return piece;
      this.#source.rewind();
      return this.#source.read();
    }
    if (!piece) this.#whole = true;
    else if (this.#cache.accepts(this.#keptBytes + piece.length)) this.#keep(piece);
    else this.#streams = true;
    if (this.#name !== undefined) {
      this.#cache.put(this.#name, { pieces: this.#kept, bytes: this.#keptBytes, whole: this.#whole });
    }
    if (this.#whole) await this.#close();
    return piece;
  }

  #keep(piece: Uint8Array): void {
    this.#kept = [...this.#kept, piece];
    this.#keptBytes += piece.length;
  }

  /** Gives what comes next of what is in memory: all that is left when it is the whole and played once. */
  #feedKept(): void {
    const { loop } = this.#request;
    if (this.#whole && loop && this.#next === this.#kept.length) this.#next = 0;
    do {
      const piece = this.#kept[this.#next];
      if (!piece) break;
      this.#hand(piece);
      this.#next++;
    } while (this.#whole && !loop);
    if (this.#whole && (!loop || this.#kept.length === 0)) this.#host.media.complete(this.#task);
  }

  #hand(piece: Uint8Array): void {
    this.#host.media.push(this.#task, piece, this.#law === 'PCMU' ? 0 : 1);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#fault = error;
    this.#host.media.stop(this.#task, 'error');
  }

  async #close(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    // A file that was only read has nothing to lose when closing it fails.
    await source?.close().catch(() => undefined);
  }
}
