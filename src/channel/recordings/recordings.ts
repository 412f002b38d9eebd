import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { endlessHost, type OperationHost, runOperation, type Stop } from '../../operation.ts';
import { parseFileName } from '../file-name.codec.ts';
import { byName, checkIfExists, checkPrefix, fileExists } from '../files/file-options.ts';
import type { IfExists } from '../files/file-store.ts';
import { refuseOptions } from '../option-names.ts';
import { bytesOf, heldStream } from './byte-stream.ts';
import { type IncomingRecording, type Intake, newStoredName, takeIn } from './incoming-recording.ts';
import { checkMetadata } from './recording-metadata.codec.ts';
import { parseRecordingName } from './recording-name.codec.ts';
import {
  COPY_OPTIONS,
  type CopyRecordingOptions,
  checkMove,
  checkRange,
  checkSource,
  LIST_OPTIONS,
  type ListRecordingsOptions,
  READ_OPTIONS,
  RECORDING_OPTIONS,
  type ReadRecordingOptions,
  type RecordingOptions,
  type RecordingSource,
  SAVE_OPTIONS,
  type SaveRecordingOptions,
} from './recording-options.ts';
import type { RecordingPlayer } from './recording-player.ts';
import type { RecordingShelf } from './recording-shelf.ts';
import type { RecordingMetadata } from './recording-storage.ts';
import type { ListedRecording, StoredRecording } from './stored-recording.ts';

/** What recordings stand on. */
export interface RecordingsEnvironment extends Intake {
  readonly shelf: RecordingShelf;
  readonly player: RecordingPlayer;
  readonly clock: Clock;
}

/**
 * Recordings that are kept: to list, play again, copy, give away and delete (`ua.recordings`, and the same as `channel.recordings`). It
 * needs no call.
 *
 * A recording has a name like a path, such as `voicemail/305/1`; the ending `.wav` or `.ogg` of its file may be left out. Names that
 * lead out of the store reject with `ChannelError` `FILE_OUTSIDE_MEDIA_DIRECTORY`. Unless `UserAgent.start()` was given another store,
 * every WAV and Ogg file of the media directory is a recording, so that what `fileRecorder.record('voicemail/305/1.wav')` has written is
 * one as soon as it is finished. Before that it is not listed, and every method rejects with `BUSY` for it.
 *
 * @example
 * for (const { name } of await channel.recordings.list({ prefix: 'voicemail/305' })) {
 *   const { durationMs, created, metadata } = await channel.recordings.get(name);
 *   console.log(name, durationMs, created.toISOString(), metadata['caller']);
 * }
 */
export class Recordings {
  readonly #on: RecordingsEnvironment;
  readonly #host: OperationHost;

  /** @internal */
  constructor(environment: RecordingsEnvironment) {
    this.#on = environment;
    this.#host = endlessHost(environment.clock);
  }

  /**
   * The recordings, sorted by name (by code units, not by the rules of a language).
   *
   * @throws ChannelError `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`, `FILE_UNREADABLE`, `STORAGE_FAILED`.
   */
  list(options: ListRecordingsOptions = {}): Promise<readonly ListedRecording[]> {
    return this.#run('list', options, LIST_OPTIONS, async (signal) => {
      const folder = checkPrefix(options.prefix);
      const entries = await this.#on.shelf.list(folder === '' ? '' : `${folder}/`, signal);
      return byName(entries).map(({ name: stored, bytes, modified }) => {
        const { name, extension = 'wav' } = parseRecordingName(stored);
        return { name, extension, bytes, modified };
      });
    });
  }

  /**
   * All that is known about a recording.
   *
   * @throws ChannelError `RECORDING_NOT_FOUND`, `BUSY`, `FILE_INVALID` when it is no audio file, and as {@link Recordings.list}.
   */
  get(name: string, options: RecordingOptions = {}): Promise<StoredRecording> {
    return this.#run('get', options, RECORDING_OPTIONS, async (signal) => {
      const { shelf, describe } = this.#on;
      const { stored, bytes, created, metadata, ...found } = await shelf.demand(name, signal);
      const part = async (start: number, end: number): Promise<Uint8Array> =>
        bytesOf(await shelf.storage.read(stored, { start, end }, signal));
      const facts = await shelf.ask(`give ${JSON.stringify(stored)}`, describe(stored, bytes, part));
      return { ...facts, name: found.name, bytes, created, metadata };
    });
  }

  /**
   * The file of a recording, or a part of it: to send it by mail, or to answer an HTTP request. The signal ends the opening, not the
   * reading: cancel the stream for that.
   *
   * @throws ChannelError as {@link Recordings.get}. Reading the stream may fail with them too.
   * @example
   * const stream = await channel.recordings.read('voicemail/305/1');
   * const response = new Response(stream, { headers: { 'Content-Type': 'audio/wav' } });
   */
  read(name: string, options: ReadRecordingOptions = {}): Promise<ReadableStream<Uint8Array>> {
    return this.#run('read', options, READ_OPTIONS, async (signal, stop) => {
      const { shelf, awaitDisk } = this.#on;
      const range = checkRange(options);
      const { stored } = await shelf.demand(name, signal);
      const stream = await shelf.ask(`give ${JSON.stringify(stored)}`, shelf.storage.read(stored, range, signal));
      if (stop.reason) await stream.cancel();
      stop.finish();
      return heldStream(stream, awaitDisk);
    });
  }

  /**
   * Stores an audio file: one of the media directory by its name, such as one that a recorder has written, or bytes from elsewhere. WAV,
   * and Opus in Ogg. With a store on another machine this is how a recording gets there.
   *
   * @throws ChannelError `FILE_NOT_FOUND` when there is no such file; `FILE_INVALID` when it is no audio file; `FILE_EXISTS` when there is
   * such a recording, unless `ifExists` allows it; `BUSY` while either is being recorded; `FILE_UNWRITABLE`, `STORAGE_FAILED`,
   * `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`. A stream that fails rejects it with its own error.
   * @example
   * await channel.fileRecorder.record('message.wav', { maxSilence: 3000 });
   * await channel.recordings.save('message.wav', 'voicemail/305/1', { metadata: { caller: '123' }, move: true });
   */
  save(source: RecordingSource, name: string, options: SaveRecordingOptions = {}): Promise<void> {
    return this.#run('save', options, SAVE_OPTIONS, async (signal, stop) => {
      if (typeof source === 'string') parseFileName(source);
      else checkSource(source);
      parseRecordingName(name);
      const metadata = checkMetadata(options.metadata ?? {});
      const ifExists = checkIfExists(options.ifExists);
      const move = checkMove(options.move);
      const incoming = await takeIn(this.#on, source, signal);
      try {
        const isItself = await this.#store(incoming, name, metadata, ifExists, signal);
        stop.finish();
        if (move && typeof source === 'string' && !isItself) await this.#on.files.delete(source);
      } finally {
        await incoming.copy.remove();
      }
    });
  }

  /**
   * Puts metadata in the place of those that a recording has: names of lower-case letters, digits and `-`, and values without control
   * characters, 2048 bytes at most.
   *
   * @throws ChannelError `RECORDING_NOT_FOUND`, `BUSY`, `FILE_UNWRITABLE`, and as {@link Recordings.list}.
   */
  setMetadata(name: string, metadata: RecordingMetadata, options: RecordingOptions = {}): Promise<void> {
    return this.#run('setMetadata', options, RECORDING_OPTIONS, async (signal) => {
      const checked = checkMetadata(metadata);
      const { storage, ...found } = await this.#found(name, signal);
      await this.#on.shelf.ask(`change ${JSON.stringify(name)}`, storage.setMetadata(found.stored, checked, signal));
    });
  }

  /**
   * Copies a recording with its metadata. Folders of the new name are made.
   *
   * @throws ChannelError `RECORDING_NOT_FOUND`; `FILE_EXISTS` when there is a recording of the new name, unless `ifExists` allows it;
   * `BUSY`, `FILE_UNWRITABLE`, and as {@link Recordings.list}.
   */
  copy(from: string, to: string, options: CopyRecordingOptions = {}): Promise<void> {
    return this.#run('copy', options, COPY_OPTIONS, async (signal) => {
      const { stored, target, ifExists } = await this.#twoNames(from, to, options, signal);
      await this.#copy(stored, target, ifExists, signal);
    });
  }

  /**
   * Gives a recording another name. What plays it is stopped first, with the error `RECORDING_DELETED`.
   *
   * @throws ChannelError as {@link Recordings.copy}.
   */
  rename(from: string, to: string, options: CopyRecordingOptions = {}): Promise<void> {
    return this.#run('rename', options, COPY_OPTIONS, async (signal, stop) => {
      const { storage, stored, target, ifExists } = await this.#twoNames(from, to, options, signal);
      if (stored === target) {
        if (ifExists === 'fail') throw fileExists(to);
        return;
      }
      if (ifExists === 'fail' && (await this.#on.shelf.ask('look', storage.head(target, signal)))) throw fileExists(to);
      if (stop.reason) return;
      stop.finish();
      await this.#letGo(stored, 'renamed');
      if (storage.rename) {
        const renamed = storage.rename(stored, target, { ifExists, signal });
        return this.#on.shelf.ask(`rename ${JSON.stringify(from)}`, renamed);
      }
      await this.#copy(stored, target, ifExists, signal);
      await this.#on.shelf.ask(`delete ${JSON.stringify(from)}`, storage.delete(stored, signal));
    });
  }

  /**
   * Deletes a recording with its metadata. What plays it is stopped first: its cause is `ERROR`, its error `RECORDING_DELETED`. When
   * another program deletes the file meanwhile, a playing goes on to its end.
   *
   * @throws ChannelError `RECORDING_NOT_FOUND`, `BUSY`, `FILE_UNWRITABLE`, and as {@link Recordings.list}.
   */
  delete(name: string, options: RecordingOptions = {}): Promise<void> {
    return this.#run('delete', options, RECORDING_OPTIONS, async (signal, stop) => {
      const { storage, stored } = await this.#found(name, signal);
      if (stop.reason) return;
      stop.finish();
      await this.#letGo(stored, 'deleted');
      await this.#on.shelf.ask(`delete ${JSON.stringify(name)}`, storage.delete(stored, signal));
    });
  }

  /** Stores what has come in. Resolves with whether it was in its place already. */
  async #store(
    { copy, facts }: IncomingRecording,
    name: string,
    metadata: RecordingMetadata,
    ifExists: IfExists,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { shelf, player } = this.#on;
    const { storage } = shelf;
    const stored = newStoredName(name, facts);
    await shelf.checkIdle(stored);
    if ((await shelf.pathOf(stored)) === copy.path) {
      await shelf.ask(`change ${JSON.stringify(name)}`, storage.setMetadata(stored, metadata, signal));
      return true;
    }
    const written = storage.write(stored, copy, { metadata, ifExists, signal });
    await shelf.ask(`store ${JSON.stringify(name)}`, written);
    await player.forget(stored);
    return false;
  }

  async #found(name: string, signal: AbortSignal) {
    const { shelf } = this.#on;
    return { storage: shelf.storage, ...(await shelf.demand(name, signal)) };
  }

  async #twoNames(from: string, to: string, options: CopyRecordingOptions, signal: AbortSignal) {
    parseRecordingName(from);
    const { name, extension } = parseRecordingName(to);
    const ifExists = checkIfExists(options.ifExists);
    const found = await this.#found(from, signal);
    if (extension !== undefined && extension !== found.extension) {
      throw new ChannelError('INVALID_ARGUMENT', `a recording in a .${found.extension} file cannot be named ${to}`);
    }
    const target = `${name}.${found.extension}`;
    await this.#on.shelf.checkIdle(target);
    return { ...found, target, ifExists };
  }

  async #copy(stored: string, target: string, ifExists: IfExists, signal: AbortSignal): Promise<void> {
    const { shelf, player } = this.#on;
    await shelf.ask(`copy ${JSON.stringify(stored)}`, shelf.storage.copy(stored, target, { ifExists, signal }));
    if (stored !== target) await player.forget(target);
  }

  /** Stops what plays a recording, and forgets its copy. */
  async #letGo(stored: string, how: 'deleted' | 'renamed'): Promise<void> {
    const { open, player } = this.#on;
    open.gone(
      stored,
      new ChannelError('RECORDING_DELETED', `${JSON.stringify(stored)} was ${how} while it was played`),
    );
    await player.forget(stored);
  }

  #run<T>(
    method: string,
    options: RecordingOptions,
    names: Readonly<Record<string, true>>,
    body: (signal: AbortSignal, stop: Stop) => Promise<T>,
  ): Promise<T> {
    const refused = refuseOptions(this.#host, `recordings.${method}()`, options, names);
    if (refused) return refused;
    return runOperation(this.#host, { signal: options.signal }, async (stop) => {
      const abort = new AbortController();
      using _ = stop.onStop(() => abort.abort());
      return await body(abort.signal, stop);
    });
  }
}
