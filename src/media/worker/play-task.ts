import type { PlayOutcome, PlayRequest } from '../../channel/media-port.ts';
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

/** Feeds a file to the player of a call. */
export class PlayTask {
  readonly #task: number;
  readonly #request: PlayRequest;
  readonly #law: CodecName;
  readonly #host: PlayTaskHost;
  readonly #clock: Clock;
  readonly #disk: AwaitDisk;
  readonly #cache: PromptCache;
  #source: WavSource | undefined;
  /** Name of the file in the cache. */
  #name: string | undefined;
  /** What was read so far; undefined when it is too much to be kept. */
  #gathered: Uint8Array[] | undefined = [];
  #gatheredBytes = 0;
  /** All of the prompt, once that is known. */
  #whole: readonly Uint8Array[] | undefined;
  #next = 0;
  #ended = false;
  #started = false;
  #fault: unknown;
  /** Reading that is under way. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    task: number,
    request: PlayRequest,
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
    if (this.#whole) this.#feedWhole(this.#whole);
    else this.#work = this.#read().catch((error: unknown) => this.#fail(error));
  }

  /** The player is done. */
  end(reason: PlayOutcome['reason'], playedMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const error = this.#fault === undefined ? undefined : toPlainError(this.#fault);
    this.#host.finished(this.#task, { reason, playedMs, error }, !this.#started && error !== undefined);
    this.#work = this.#work.then(() => this.#close());
  }

  /** Resolves when the file is closed. Called after the end. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #open(): Promise<void> {
    const { path } = this.#request;
    this.#name = await this.#disk(this.#cache.identify(path, this.#law, this.#clock.wallNow()));
    this.#whole = this.#name === undefined ? undefined : this.#cache.get(this.#name);
    if (!this.#whole) {
      this.#source = await this.#disk(WavSource.open(path, this.#law));
      const first = this.#ended ? undefined : await this.#disk(this.#source.read());
      if (first) this.#push(first);
      else this.#whole = [];
    }
    if (this.#ended) return;
    this.#started = true;
    this.#host.started(this.#task);
    if (this.#whole) this.#feedWhole(this.#whole);
  }

  async #read(): Promise<void> {
    let piece = await this.#piece();
    if (!piece) {
      this.#keep();
      if (this.#whole) await this.#close();
      else if (this.#request.loop) {
        this.#source?.rewind();
        piece = await this.#piece();
      }
    }
    if (this.#ended) return;
    if (piece) this.#push(piece);
    else this.#feedWhole(this.#whole ?? []);
  }

  async #piece(): Promise<Uint8Array | undefined> {
    return this.#source && this.#disk(this.#source.read());
  }

  /** The end of the file has been reached: if all of it was gathered, it need not be read again. */
  #keep(): void {
    this.#whole = this.#gathered;
    this.#next = this.#gathered?.length ?? 0;
    if (this.#name !== undefined && this.#gathered) this.#cache.put(this.#name, this.#gathered);
    this.#gathered = undefined;
  }

  #push(piece: Uint8Array): void {
    this.#gatheredBytes += piece.length;
    if (this.#cache.accepts(this.#gatheredBytes)) this.#gathered?.push(piece);
    else this.#gathered = undefined;
    this.#hand(piece);
  }

  /** Gives what the player wants next of a prompt that is in memory. */
  #feedWhole(whole: readonly Uint8Array[]): void {
    if (this.#request.loop && whole.length > 0) {
      this.#next %= whole.length;
      this.#hand(whole[this.#next++] as Uint8Array);
      return;
    }
    for (const piece of whole.slice(this.#next)) this.#hand(piece);
    this.#host.media.complete(this.#task);
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
    if (source) await this.#disk(source.close().catch(() => undefined));
  }
}
