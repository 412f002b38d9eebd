import type { PlaySource } from '../play-port.ts';
import type { RecordingSources } from '../playback/media-services.ts';
import { piecesOf } from './byte-stream.ts';
import type { LocalCopies, LocalCopy } from './local-copies.ts';
import type { FoundRecording, RecordingShelf } from './recording-shelf.ts';

/** How much of another machine's recordings is kept here to be played again. */
const MOST_BYTES = 256 * 1024 * 1024;

interface Copy {
  readonly version: string;
  readonly file: Promise<LocalCopy>;
  /** Known when it has come. */
  bytes: number;
}

/** Turns a file into what a session can play. Rejects with `ChannelError` when there is nothing in it to be played. */
export type DecodeFile = (path: string, name: string) => Promise<PlaySource>;

/** Recordings as what a session can play: from their place on this machine, or else from a copy that is fetched first. */
export class RecordingPlayer implements RecordingSources {
  readonly #shelf: RecordingShelf;
  readonly #copies: LocalCopies;
  readonly #decode: DecodeFile;
  /** The one that was wanted last is the last one. */
  readonly #fetched = new Map<string, Copy>();
  readonly #closing = new AbortController();

  constructor(shelf: RecordingShelf, copies: LocalCopies, decode: DecodeFile) {
    this.#shelf = shelf;
    this.#copies = copies;
    this.#decode = decode;
  }

  async source(name: string): Promise<PlaySource> {
    const { open } = this.#shelf;
    const found = await this.#shelf.demand(name, this.#closing.signal);
    const path = (await this.#shelf.pathOf(found.stored)) ?? (await this.#fetch(found));
    const called = `recording:${found.name}`;
    return open.isOf(found.stored, await this.#decode(path, called));
  }

  /** Forgets the copy of a recording that has gone or changed. */
  async forget(stored: string): Promise<void> {
    const copy = this.#fetched.get(stored);
    this.#fetched.delete(stored);
    const file = await copy?.file.catch(() => undefined);
    await file?.remove();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#fetched.values()].map(({ file }) => file));
    this.#fetched.clear();
    await this.#copies.close();
  }

  async #fetch(found: FoundRecording): Promise<string> {
    const { stored, version } = found;
    let copy = this.#fetched.get(stored);
    if (copy && copy.version !== version) {
      await this.forget(stored);
      copy = undefined;
    }
    copy ??= { version, file: this.#download(stored), bytes: 0 };
    this.#fetched.delete(stored);
    this.#fetched.set(stored, copy);
    try {
      const { path, bytes } = await copy.file;
      copy.bytes = bytes;
      await this.#makeRoom(stored);
      return path;
    } catch (error) {
      if (this.#fetched.get(stored) === copy) this.#fetched.delete(stored);
      throw error;
    }
  }

  async #download(stored: string): Promise<LocalCopy> {
    const { signal } = this.#closing;
    const { storage } = this.#shelf;
    const fetching = async (): Promise<LocalCopy> =>
      this.#copies.take(piecesOf(await storage.read(stored, undefined, signal)), signal);
    return this.#shelf.ask(`give ${JSON.stringify(stored)}`, fetching());
  }

  /** Removes those that nobody has played for longest. */
  async #makeRoom(wanted: string): Promise<void> {
    let kept = [...this.#fetched.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [stored, { bytes }] of [...this.#fetched]) {
      if (kept <= MOST_BYTES) return;
      if (stored === wanted || this.#shelf.open.isPlayed(stored)) continue;
      kept -= bytes;
      await this.forget(stored);
    }
  }
}
