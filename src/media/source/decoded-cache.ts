import type { PcmStream } from '../../channel/play-port.ts';

/** The longest file that is kept: two minutes at 8 kHz. */
const MAX_FILE_BYTES = 2_000_000;
/** What is kept in all. */
const MAX_BYTES = 32_000_000;
/** What a file without audio to keep counts, so that their number has a limit too. */
const ENTRY_BYTES = 500;

/** A file that has been played before: decoded, or known to be one that the engine reads by itself. */
export type KnownFile = { readonly samples: Int16Array; readonly sampleRate: number } | 'plain';

/** Files as they were when they were played last, so that playing one again needs no decoder. */
export class DecodedCache {
  /** In order of last use. */
  readonly #files = new Map<string, KnownFile>();
  #bytes = 0;

  get(identity: string): KnownFile | undefined {
    const known = this.#files.get(identity);
    if (!known) return undefined;
    this.#files.delete(identity);
    this.#files.set(identity, known);
    return known;
  }

  put(identity: string, file: KnownFile): void {
    this.#drop(identity);
    this.#files.set(identity, file);
    this.#bytes += sizeOf(file);
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#drop(oldest);
    }
  }

  /** The same stream, of which a copy is kept when it has been read to its end. */
  keeping(identity: string, stream: PcmStream): PcmStream {
    return new KeptStream(stream, (samples) => this.put(identity, { samples, sampleRate: stream.sampleRate }));
  }

  #drop(identity: string): void {
    const known = this.#files.get(identity);
    if (known) this.#bytes -= sizeOf(known);
    this.#files.delete(identity);
  }
}

function sizeOf(file: KnownFile): number {
  return ENTRY_BYTES + (file === 'plain' ? 0 : file.samples.byteLength);
}

class KeptStream implements PcmStream {
  readonly #stream: PcmStream;
  readonly #keep: (samples: Int16Array) => void;
  /** Undefined once it is too long to be kept. */
  #pieces: Int16Array[] | undefined = [];
  #samples = 0;

  constructor(stream: PcmStream, keep: (samples: Int16Array) => void) {
    this.#stream = stream;
    this.#keep = keep;
  }

  get sampleRate(): number {
    return this.#stream.sampleRate;
  }

  get durationMs(): number | undefined {
    return this.#stream.durationMs;
  }

  get isRealWork(): boolean | undefined {
    return this.#stream.isRealWork;
  }

  async read(): Promise<Int16Array | undefined> {
    const piece = await this.#stream.read();
    if (!this.#pieces) return piece;
    if (piece) {
      this.#samples += piece.length;
      if (this.#samples * Int16Array.BYTES_PER_ELEMENT > MAX_FILE_BYTES) this.#pieces = undefined;
      else this.#pieces.push(piece.slice());
    } else {
      this.#finish(this.#pieces);
    }
    return piece;
  }

  async close(): Promise<void> {
    // After this a reading ends without being at the end.
    this.#pieces = undefined;
    await this.#stream.close();
  }

  #finish(pieces: readonly Int16Array[]): void {
    this.#pieces = undefined;
    const samples = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    this.#keep(samples);
  }
}
