import type { PlayOutcome, PlayRequest } from '../../channel/media-port.ts';
import type { CallMedia } from '../core/call-media.ts';
import type { CodecName } from '../negotiation/plan.ts';
import { WavSource } from '../wav/wav-source.ts';
import { toPlainError } from './plain-error.ts';
import type { Plain } from './protocol.ts';

/** Audio that repeats is kept in memory when it is no longer than this: one minute. */
const KEEP_BYTES = 480_000;

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
  #source: WavSource | undefined;
  /** What was read so far, for playing it again; undefined when it is too much or is not needed. */
  #kept: Uint8Array[] | undefined;
  #keptBytes = 0;
  /** Position in `#kept` once everything is in there. */
  #next = -1;
  #ended = false;
  #started = false;
  #fault: unknown;
  /** Reading that is under way. */
  #work: Promise<void> = Promise.resolve();

  constructor(task: number, request: PlayRequest, law: CodecName, host: PlayTaskHost) {
    this.#task = task;
    this.#request = request;
    this.#law = law;
    this.#host = host;
    this.#kept = request.loop ? [] : undefined;
  }

  /** Opens the file and begins to play. The player must exist already, so that a key pressed meanwhile counts. */
  begin(): void {
    this.#work = this.#open().catch((error: unknown) => this.#fail(error));
  }

  /** The player wants more. */
  feed(): void {
    if (!this.#started || this.#ended) return;
    if (this.#next >= 0) this.#pushKept();
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
    this.#source = await WavSource.open(this.#request.path, this.#law);
    const first = this.#ended ? undefined : await this.#source.read();
    if (this.#ended) return;
    this.#started = true;
    this.#host.started(this.#task);
    if (first) this.#push(first);
    else this.#host.media.complete(this.#task);
  }

  async #read(): Promise<void> {
    let piece = await this.#source?.read();
    if (!piece && this.#request.loop && !this.#ended) {
      if (this.#kept) {
        this.#next = 0;
        this.#pushKept();
        await this.#close();
        return;
      }
      this.#source?.rewind();
      piece = await this.#source?.read();
    }
    if (this.#ended) return;
    if (piece) this.#push(piece);
    else this.#host.media.complete(this.#task);
  }

  #push(piece: Uint8Array): void {
    if (this.#kept) {
      this.#kept.push(piece);
      this.#keptBytes += piece.length;
      if (this.#keptBytes > KEEP_BYTES) this.#kept = undefined;
    }
    this.#host.media.push(this.#task, piece, this.#law === 'PCMU' ? 0 : 1);
  }

  #pushKept(): void {
    const kept = this.#kept as Uint8Array[];
    this.#host.media.push(this.#task, kept[this.#next] as Uint8Array, this.#law === 'PCMU' ? 0 : 1);
    this.#next = (this.#next + 1) % kept.length;
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
