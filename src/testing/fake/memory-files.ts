import { parseFileName } from '../../channel/file-name.codec.ts';
import { DiskFileStore } from '../../channel/files/disk-file-store.ts';
import { MediaDirectory } from '../../channel/media-directory.ts';
import type { MediaFiles } from '../../channel/media-files.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { readWavFile, writeFiles } from './disk-files.ts';
import type { FakeFiles } from './fake-files.ts';
import type { Sound } from './sound-track.ts';
import { soundOf } from './speech.ts';
import { silentWav, wavDuration } from './wav-bytes.ts';

/** A prompt of which only the length matters: as of a voice that is far away, -34 dBov. */
const HUM: Sound = { kind: 'tones', hertz: [200], amplitude: 928 };

/** A medium of a fake call. */
export interface MemoryFile {
  readonly durationMs: number;
  /** Whether only its length is known. */
  readonly isBlank?: boolean;
  /** Why it cannot be played. */
  readonly fault?: ChannelError;
  /** Makes its bytes, as a WAV file. */
  wav(): Uint8Array;
}

/** A medium with its name. */
export interface ListedFile {
  readonly key: string;
  readonly file: MemoryFile;
  /** In milliseconds since 1970. */
  readonly written: number;
}

export interface MemoryFilesOptions {
  /** Prompts by name: milliseconds, or the bytes of a WAV file. */
  readonly prompts?: Readonly<Record<string, number | Uint8Array>> | undefined;
  /** How long a file is that is not named, in milliseconds. Without it there is no such file. */
  readonly anyPrompt?: number | undefined;
  /** Where further files are. */
  readonly mediaDirectory?: string | undefined;
}

/** A media directory in memory, perhaps with a real one behind it that is only read. */
export class MemoryFiles implements MediaFiles, FakeFiles {
  readonly #files = new Map<string, MemoryFile>();
  readonly #recorded = new Set<string>();
  /** Names of files of the real directory, as far as somebody has asked for them. */
  readonly #onDisk = new Set<string>();
  /** Names of what was deleted or renamed: neither the real directory nor `anyPrompt` brings them back. */
  readonly #deleted = new Set<string>();
  /** Says when each was written, in milliseconds since 1970; what is not in here was there from the beginning. */
  readonly #written = new Map<string, () => number>();
  readonly #beginning: number;
  readonly #anyPrompt: number | undefined;
  readonly #clock: TestClock;
  readonly #directory: string | undefined;
  #opened: Promise<MediaDirectory> | undefined;

  /** @throws ChannelError `INVALID_ARGUMENT`, `FILE_INVALID`. */
  constructor({ prompts = {}, anyPrompt, mediaDirectory }: MemoryFilesOptions, clock: TestClock) {
    this.#clock = clock;
    this.#beginning = clock.wallNow();
    this.#directory = mediaDirectory;
    checkTimeout(anyPrompt, 'anyPrompt');
    this.#anyPrompt = anyPrompt;
    for (const [name, prompt] of Object.entries(prompts)) this.#files.set(keyOf(name), asFile(name, prompt));
  }

  get names(): readonly string[] {
    return [...this.#recorded];
  }

  read(name: string): Uint8Array {
    const file = this.#files.get(keyOf(name));
    if (!file)
      throw new ChannelError(
        'FILE_NOT_FOUND',
        `there is no recording ${shown(name)}; there are ${this.names.map(shown).join(', ') || 'none'}`,
      );
    return file.wav();
  }

  async saveTo(directory: string): Promise<void> {
    const files = this.names.map((name) => ({ name, bytes: this.read(name) }));
    await this.#clock.during(writeFiles(directory, files));
  }

  /** How long a file plays in milliseconds. */
  durationOf(name: string): number {
    return this.#files.get(name)?.durationMs ?? this.#anyPrompt ?? 0;
  }

  /** What a file sounds like to who hears it being played; a quiet hum when only its length is known. */
  soundOf(name: string): Sound {
    const file = this.#files.get(name);
    return file && !file.isBlank ? soundOf(file.wav()).sound : HUM;
  }

  /** Whether there is a file that a recording of this name would replace. */
  has(name: string): boolean {
    return this.#files.has(name) || this.#onDisk.has(name);
  }

  /** A file that is in memory. */
  inMemory(name: string): MemoryFile | undefined {
    return this.#files.get(name);
  }

  /** Takes a recording, which may still grow. */
  keep(name: string, recording: MemoryFile): void {
    this.#files.set(name, recording);
    this.#recorded.delete(name);
    this.#recorded.add(name);
    this.#deleted.delete(name);
    const begun = this.#clock.wallNow();
    this.#written.set(name, () => begun + recording.durationMs);
  }

  /** A file that is there, the real directory and `anyPrompt` included. */
  async find(name: string): Promise<ListedFile | undefined> {
    const key = await this.#locate([name]);
    return key === undefined ? undefined : this.#listed(key);
  }

  /** Takes it away, for good. */
  delete(key: string): void {
    this.#files.delete(key);
    this.#recorded.delete(key);
    this.#deleted.add(key);
  }

  /** Gives it another name. */
  rename(from: string, to: string): void {
    const { file, written } = this.#listed(from);
    this.delete(from);
    this.keep(to, file);
    this.date(to, written);
  }

  /** Takes a recording that came from elsewhere. */
  save(key: string, bytes: Uint8Array): void {
    this.keep(key, asFound(key, bytes));
    this.date(key, this.#clock.wallNow());
  }

  /** Says when a file was written, in milliseconds since 1970. */
  date(key: string, wall: number): void {
    this.#written.set(key, () => wall);
  }

  /** All files by name, those of the real directory included; media that are no files are left out. */
  async all(): Promise<readonly ListedFile[]> {
    if (this.#directory !== undefined) await this.#clock.during(this.#loadAll(this.#directory));
    return [...this.#files.keys()].filter((key) => !SCHEME.test(key)).map((key) => this.#listed(key));
  }

  /** Whether there is a prompt or a recording of this name, apart from those of the real directory. */
  isKnown(name: string): boolean {
    return this.#files.has(keyOf(name));
  }

  /** Takes a medium of which only the length is known, unless the test has said itself how long it is. */
  addBlank(name: string, durationMs: number): void {
    if (!this.#files.has(name)) this.#files.set(name, { durationMs, isBlank: true, wav: () => silentWav(durationMs) });
  }

  /** Takes a WAV file. Throws `ChannelError` `FILE_INVALID`. */
  addWav(name: string, bytes: Uint8Array): void {
    this.#files.set(name, asFile(name, bytes));
  }

  async forReading(name: string): Promise<string> {
    const found = await this.firstOf([name]);
    if (found !== undefined) return found;
    throw new ChannelError(
      'FILE_NOT_FOUND',
      `there is no prompt ${JSON.stringify(name)}; name its length in { prompts }, or that of all in { anyPrompt }`,
    );
  }

  /**
   * What is there to be played under one of these names: a prompt or recording, a file of the real directory, or any when all are said
   * to be there. Rejects with `ChannelError` `FILE_INVALID` when it cannot be played.
   */
  async firstOf(names: readonly string[]): Promise<string | undefined> {
    const found = await this.#locate(names);
    if (found !== undefined) this.checkPlayable(found);
    return found;
  }

  /** Throws `ChannelError` `FILE_INVALID`. */
  checkPlayable(key: string): void {
    const fault = this.#files.get(key)?.fault;
    if (fault) throw fault;
  }

  async #locate(names: readonly string[]): Promise<string | undefined> {
    const keys = names.map(keyOf);
    const known = keys.find((key) => this.#files.has(key));
    if (known !== undefined) return known;
    const directory = this.#directory;
    const others = keys.filter((key) => !this.#deleted.has(key));
    for (const key of others) {
      if (directory === undefined || SCHEME.test(key)) continue;
      if (await this.#clock.during(this.#load(directory, key))) return key;
    }
    return this.#anyPrompt === undefined ? undefined : others[0];
  }

  async forWriting(name: string): Promise<string> {
    const key = keyOf(name);
    if (this.#directory !== undefined && !this.#files.has(key)) {
      await this.#clock.during(this.#find(this.#directory, key));
    }
    return key;
  }

  #listed(key: string): ListedFile {
    const blank = this.#anyPrompt ?? 0;
    const file = this.#files.get(key) ?? { durationMs: blank, isBlank: true, wav: () => silentWav(blank) };
    return { key, file, written: this.#written.get(key)?.() ?? this.#beginning };
  }

  async #loadAll(root: string): Promise<void> {
    this.#opened ??= MediaDirectory.open(root);
    for (const { name } of await new DiskFileStore(await this.#opened).list('', true)) {
      if (this.#files.has(name) || this.#deleted.has(name) || !name.endsWith('.wav')) continue;
      await this.#load(root, name);
    }
  }

  async #load(root: string, key: string): Promise<boolean> {
    const path = await this.#find(root, key);
    if (path === undefined) return false;
    const bytes = await readWavFile(path);
    this.#files.set(key, asFound(path, bytes));
    return true;
  }

  /** The path of a file of the real directory; undefined when there is none. */
  async #find(root: string, key: string): Promise<string | undefined> {
    this.#opened ??= MediaDirectory.open(root);
    const directory = await this.#opened;
    try {
      const path = await directory.forReading(key);
      this.#onDisk.add(key);
      return path;
    } catch (error) {
      if (error instanceof ChannelError && error.code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    }
  }
}

/** Media that are no files go by names that no check of files is for. */
const SCHEME = /^(?:sound|recording|text|https?):/;

function keyOf(name: string): string {
  return SCHEME.test(name) ? name : parseFileName(name).join('/');
}

/** A file that is there, whatever is in it. */
function asFound(name: string, bytes: Uint8Array): MemoryFile {
  try {
    return asFile(name, bytes);
  } catch (error) {
    if (!isChannelError(error)) throw error;
    return { durationMs: 0, fault: error, wav: () => bytes };
  }
}

function asFile(name: string, prompt: number | Uint8Array): MemoryFile {
  if (prompt instanceof Uint8Array) return { durationMs: wavDuration(name, prompt), wav: () => prompt };
  if (prompt === undefined)
    throw new ChannelError('INVALID_ARGUMENT', `prompt ${shown(name)} needs a length in milliseconds`);
  checkTimeout(prompt, `prompt ${shown(name)}`);
  return { durationMs: prompt, isBlank: true, wav: () => silentWav(prompt) };
}
