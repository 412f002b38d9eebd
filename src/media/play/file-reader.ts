import type { PlaySource } from '../../channel/play-port.ts';
import type { Clock } from '../../clock.ts';
import type { AwaitDisk } from '../../disk.ts';
import type { CodecName } from '../negotiation/plan.ts';
import type { PromptCache } from '../wav/prompt-cache.ts';
import { WavSource } from '../wav/wav-source.ts';
import type { AudioReader } from './audio-reader.ts';

/** What all playings of an engine share. */
export interface FileReaderContext {
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
  readonly prompts: PromptCache;
}

/** A file to read, perhaps looked at already: see {@link identifyFile}. */
type FileToRead = Pick<Extract<PlaySource, { readonly kind: 'file' }>, 'path' | 'identity'>;

/** A WAV file: its beginning from memory as far as it is there, the rest from the disk. */
export class FileReader implements AudioReader {
  readonly #path: string;
  readonly #identity: string | undefined;
  readonly #law: CodecName;
  readonly #context: FileReaderContext;
  #opening: Promise<void> | undefined;
  #source: WavSource | undefined;
  /** Where the source goes on. */
  #sourceAt = 0;
  /** Name of the file in the cache. */
  #name: string | undefined;
  /** The beginning of the prompt, as far as it has been read by this call or another. */
  #kept: readonly Uint8Array[] = [];
  #keptBytes = 0;
  /** Whether `#kept` is all of it. */
  #isWhole = false;
  /** Whether it is read without being kept: it is too long, or was read elsewhere than on from what is kept. */
  #isStreaming = false;
  #position = 0;
  /** The piece of `#kept` that comes next, and where it begins; only while the position is in what is kept. */
  #index = 0;
  #indexAt = 0;
  #length: number | undefined;

  constructor({ path, identity }: FileToRead, law: CodecName, context: FileReaderContext) {
    this.#path = path;
    this.#identity = identity;
    this.#law = law;
    this.#context = context;
  }

  get length(): number | undefined {
    return this.#length;
  }

  get expectedLength(): number | undefined {
    return this.#length;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#position < this.#keptBytes) return this.#recall();
    return this.#isWhole ? undefined : this.#read();
  }

  seek(position: number): number {
    const reached = Math.min(position, this.#length ?? position);
    this.#position = reached;
    if (reached > this.#keptBytes) this.#isStreaming = true;
    this.#index = 0;
    this.#indexAt = 0;
    return reached;
  }

  interrupt(): void {
    // The disk takes no longer than a moment.
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#context.awaitDisk(this.#closeSource());
  }

  async #open(): Promise<void> {
    const { awaitDisk, clock, prompts } = this.#context;
    this.#name =
      this.#identity === undefined
        ? await awaitDisk(prompts.identify(this.#path, this.#law, clock.wallNow()))
        : prompts.nameOf(this.#identity, this.#law);
    const known = this.#name === undefined ? undefined : prompts.get(this.#name);
    if (known) {
      this.#kept = known.pieces;
      this.#keptBytes = known.bytes;
      this.#isWhole = known.whole;
      this.#length = known.length;
    }
    if (this.#isWhole || this.#keptBytes > 0) return;
    await this.#read();
    this.#position = 0;
  }

  /** What is kept from the position on. */
  #recall(): Uint8Array {
    let piece = this.#kept[this.#index] as Uint8Array;
    while (this.#indexAt + piece.length <= this.#position) {
      this.#indexAt += piece.length;
      piece = this.#kept[++this.#index] as Uint8Array;
    }
    const offset = this.#position - this.#indexAt;
    this.#position += piece.length - offset;
    return offset === 0 ? piece : piece.subarray(offset);
  }

  /** Reads on at the position. @returns nothing at the end of the file. */
  async #read(): Promise<Uint8Array | undefined> {
    const piece = await this.#context.awaitDisk(this.#readSource());
    if (!piece) this.#length = this.#position;
    if (!this.#isStreaming) await this.#keep(piece);
    if (piece) this.#position += piece.length;
    return piece;
  }

  async #readSource(): Promise<Uint8Array | undefined> {
    const source = this.#source ?? (await WavSource.open(this.#path, this.#law));
    this.#source = source;
    this.#length ??= source.length;
    if (this.#sourceAt !== this.#position) source.seek(this.#position);
    const piece = await source.read();
    this.#sourceAt = this.#position + (piece?.length ?? 0);
    return piece;
  }

  async #keep(piece: Uint8Array | undefined): Promise<void> {
    const { awaitDisk, prompts } = this.#context;
    if (!piece) {
      this.#isWhole = true;
    } else if (prompts.accepts(this.#keptBytes + piece.length)) {
      this.#kept = [...this.#kept, piece];
      this.#keptBytes += piece.length;
    } else {
      this.#isStreaming = true;
    }
    if (this.#name !== undefined) {
      const prompt = { pieces: this.#kept, bytes: this.#keptBytes, whole: this.#isWhole, length: this.#length };
      prompts.put(this.#name, prompt);
    }
    if (this.#isWhole) await awaitDisk(this.#closeSource());
  }

  async #closeSource(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    this.#sourceAt = 0;
    // A file that was only read has nothing to lose when closing it fails.
    await source?.close().catch(() => undefined);
  }
}
