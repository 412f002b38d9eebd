import type { WasmImports, WasmMemory } from './web-assembly.ts';

/** Numbers of errors that WASI (snapshot preview 1) returns. */
const SUCCESS = 0;
const BAD_FILE = 8;
const INVALID = 28;
const NO_ENTRY = 44;
/** Kinds of files, and flags for opening them. */
const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;
const CREATE = 1;
const TRUNCATE = 8;
/** The only directory, and the first number for files in it. */
const ROOT = 3;
const FIRST_FILE = 4;
/** What is kept of the text that a program writes for people. */
const MOST_TEXT = 2000;
/** All rights that there are. */
const RIGHTS = 0xffff_ffff_ffff_ffffn;

/** The end of a program that has called `exit()`. */
export class ProgramExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the program ended with ${code}`);
    this.code = code;
  }
}

interface MemoryFile {
  bytes: Uint8Array;
  size: number;
}

interface OpenFile {
  readonly file: MemoryFile;
  position: number;
}

/**
 * What a WebAssembly program finds when it asks for an operating system: its arguments, and files in memory. No clock, no environment,
 * nothing of the machine. It has the calls that flite makes and no others.
 */
export class WasiHost {
  /** Arguments of the program, its own name first. May be set until it is started. */
  args: readonly string[] = [];
  /** What it has written for people. */
  text = '';
  readonly #files = new Map<string, MemoryFile>();
  readonly #open = new Map<number, OpenFile>();
  #memory: WasmMemory | undefined;
  #next = FIRST_FILE;

  /** What the program imports. */
  get imports(): WasmImports {
    return {
      wasi_snapshot_preview1: {
        args_sizes_get: (count: number, size: number) => this.#argumentSizes(count, size),
        args_get: (list: number, at: number) => this.#arguments(list, at),
        clock_time_get: (_clock: number, _precision: bigint, to: number) => {
          this.#view().setBigUint64(to, 0n, true);
          return SUCCESS;
        },
        fd_close: (file: number) => (this.#open.delete(file) ? SUCCESS : BAD_FILE),
        fd_fdstat_get: (file: number, to: number) => this.#status(file, to),
        fd_fdstat_set_flags: () => SUCCESS,
        fd_prestat_get: (file: number, to: number) => this.#directory(file, to),
        fd_prestat_dir_name: (file: number, to: number, length: number) => this.#directoryName(file, to, length),
        fd_read: (file: number, vectors: number, count: number, done: number) => this.#read(file, vectors, count, done),
        fd_seek: (file: number, offset: bigint, from: number, to: number) => this.#seek(file, Number(offset), from, to),
        fd_write: (file: number, vectors: number, count: number, done: number) =>
          this.#write(file, vectors, count, done),
        path_open: (
          directory: number,
          _follow: number,
          path: number,
          length: number,
          flags: number,
          _rights: bigint,
          _inherited: bigint,
          _fileFlags: number,
          to: number,
        ) => this.#openFile(directory, this.#text(path, length), flags, to),
        proc_exit: (code: number) => {
          throw new ProgramExit(code);
        },
      },
    };
  }

  /** Gives it the memory of the program. */
  attach(memory: WasmMemory): void {
    this.#memory = memory;
  }

  /** What the program has written into a file, whose name is without the slash at its beginning. */
  output(path: string): Uint8Array | undefined {
    const file = this.#files.get(path);
    return file?.bytes.subarray(0, file.size);
  }

  #view(): DataView {
    return new DataView(this.#bytes().buffer);
  }

  /** Asked for each time: the memory moves when it grows. */
  #bytes(): Uint8Array {
    if (this.#memory === undefined) throw new Error('the program has no memory yet');
    return new Uint8Array(this.#memory.buffer);
  }

  #text(at: number, length: number): string {
    return new TextDecoder().decode(this.#bytes().subarray(at, at + length));
  }

  #encodedArguments(): readonly Uint8Array[] {
    const encoder = new TextEncoder();
    return this.args.map((argument) => encoder.encode(`${argument}\0`));
  }

  #argumentSizes(count: number, size: number): number {
    const encoded = this.#encodedArguments();
    const view = this.#view();
    view.setUint32(count, encoded.length, true);
    view.setUint32(
      size,
      encoded.reduce((sum, { length }) => sum + length, 0),
      true,
    );
    return SUCCESS;
  }

  #arguments(list: number, at: number): number {
    let position = at;
    for (const [index, encoded] of this.#encodedArguments().entries()) {
      this.#view().setUint32(list + index * 4, position, true);
      this.#bytes().set(encoded, position);
      position += encoded.length;
    }
    return SUCCESS;
  }

  #status(file: number, to: number): number {
    const kind = file < ROOT ? CHARACTER_DEVICE : file === ROOT ? DIRECTORY : REGULAR_FILE;
    if (kind === REGULAR_FILE && !this.#open.has(file)) return BAD_FILE;
    const view = this.#view();
    view.setUint8(to, kind);
    view.setUint16(to + 2, 0, true);
    view.setBigUint64(to + 8, RIGHTS, true);
    view.setBigUint64(to + 16, RIGHTS, true);
    return SUCCESS;
  }

  #directory(file: number, to: number): number {
    if (file !== ROOT) return BAD_FILE;
    this.#view().setUint32(to, 0, true);
    this.#view().setUint32(to + 4, 1, true);
    return SUCCESS;
  }

  #directoryName(file: number, to: number, length: number): number {
    if (file !== ROOT || length < 1) return BAD_FILE;
    this.#bytes()[to] = '/'.charCodeAt(0);
    return SUCCESS;
  }

  #openFile(directory: number, path: string, flags: number, to: number): number {
    if (directory !== ROOT) return BAD_FILE;
    const known = this.#files.get(path);
    if (known === undefined && !(flags & CREATE)) return NO_ENTRY;
    const file = known ?? { bytes: new Uint8Array(65_536), size: 0 };
    if (flags & TRUNCATE) file.size = 0;
    this.#files.set(path, file);
    const number = this.#next++;
    this.#open.set(number, { file, position: 0 });
    this.#view().setUint32(to, number, true);
    return SUCCESS;
  }

  #read(number: number, vectors: number, count: number, done: number): number {
    const open = this.#open.get(number);
    if (open === undefined && number !== 0) return BAD_FILE;
    let total = 0;
    if (open) {
      for (const [at, length] of this.#parts(vectors, count)) {
        const piece = open.file.bytes.subarray(open.position, Math.min(open.file.size, open.position + length));
        this.#bytes().set(piece, at);
        open.position += piece.length;
        total += piece.length;
      }
    }
    this.#view().setUint32(done, total, true);
    return SUCCESS;
  }

  #write(number: number, vectors: number, count: number, done: number): number {
    const open = this.#open.get(number);
    if (open === undefined && number !== 1 && number !== 2) return BAD_FILE;
    let total = 0;
    for (const [at, length] of this.#parts(vectors, count)) {
      if (open) append(open, this.#bytes().subarray(at, at + length));
      else if (this.text.length < MOST_TEXT) this.text += this.#text(at, Math.min(length, MOST_TEXT));
      total += length;
    }
    this.#view().setUint32(done, total, true);
    return SUCCESS;
  }

  #seek(number: number, offset: number, from: number, to: number): number {
    const open = this.#open.get(number);
    if (open === undefined) return BAD_FILE;
    const position = offset + ([0, open.position, open.file.size][from] ?? Number.NaN);
    if (!(position >= 0)) return INVALID;
    open.position = position;
    this.#view().setBigUint64(to, BigInt(position), true);
    return SUCCESS;
  }

  /** Places in memory that a list of vectors tells, with their lengths. */
  #parts(vectors: number, count: number): readonly (readonly [number, number])[] {
    const view = this.#view();
    return Array.from({ length: count }, (_none, index) => [
      view.getUint32(vectors + index * 8, true),
      view.getUint32(vectors + index * 8 + 4, true),
    ]);
  }
}

function append(open: OpenFile, piece: Uint8Array): void {
  const { file } = open;
  const end = open.position + piece.length;
  if (end > file.bytes.length) {
    const larger = new Uint8Array(Math.max(end, file.bytes.length * 2));
    larger.set(file.bytes.subarray(0, file.size));
    file.bytes = larger;
  }
  file.bytes.set(piece, open.position);
  open.position = end;
  file.size = Math.max(file.size, end);
}
