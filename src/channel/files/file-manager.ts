import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { endlessHost, type OperationHost, type OperationOptions, runOperation, type Stop } from '../../operation.ts';
import { parseFileName } from '../file-name.codec.ts';
import { type OptionNames, refuseOptions } from '../option-names.ts';
import type { OpenRecordings } from '../recordings/open-recordings.ts';
import { byName, checkIfExists, checkPrefix, checkRecursive } from './file-options.ts';
import type { FileStore, IfExists, StoredFile } from './file-store.ts';

/** What every method of the file manager takes. */
export type FileOptions = Pick<OperationOptions, 'signal'>;

/** How to rename a file. */
export interface RenameOptions extends FileOptions {
  /** What to do when there is a file of the new name. Default `'fail'`. */
  ifExists?: IfExists | undefined;
}

/** Which files to list. */
export interface ListFilesOptions extends FileOptions {
  /** A folder, by its whole name: `'voicemail/30'` does not bring what is in `voicemail/305`. Default: the media directory itself. */
  prefix?: string | undefined;
  /** Whether folders inside are listed too. Default false. */
  recursive?: boolean | undefined;
}

const FILE_OPTIONS: OptionNames<FileOptions> = { signal: true };
const RENAME_OPTIONS: OptionNames<RenameOptions> = { ...FILE_OPTIONS, ifExists: true };
const LIST_OPTIONS: OptionNames<ListFilesOptions> = { ...FILE_OPTIONS, prefix: true, recursive: true };

/**
 * The files of the media directory: prompts and recordings (`ua.files`, and the same as `channel.files`). It needs no call.
 *
 * Names are relative to the media directory, with `/` between folders. Nothing outside it can be seen, renamed or deleted: names that
 * lead out (`..`, absolute ones, symbolic links, names of Windows devices) reject with `ChannelError` `FILE_OUTSIDE_MEDIA_DIRECTORY`.
 * There are no wildcards, and folders are no files: they come into being with the files in them, and stay when those are gone.
 *
 * @example
 * if (await channel.files.exists('greeting.wav')) await channel.filePlayer.play('greeting.wav');
 * for (const { name, bytes } of await channel.files.list({ prefix: 'messages' })) console.log(name, bytes);
 */
export class FileManager {
  readonly #store: FileStore;
  readonly #open: OpenRecordings;
  readonly #host: OperationHost;

  /** @internal */
  constructor(store: FileStore, open: OpenRecordings, clock: Clock) {
    this.#store = store;
    this.#open = open;
    this.#host = endlessHost(clock);
  }

  /**
   * Whether there is a file of this name; false for a folder.
   *
   * @throws ChannelError `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`, `FILE_UNREADABLE`.
   */
  exists(name: string, options: FileOptions = {}): Promise<boolean> {
    return this.#run('exists', options, FILE_OPTIONS, async () => {
      parseFileName(name);
      return (await this.#store.find(name)) !== undefined;
    });
  }

  /**
   * Deletes a file. Where it is a symbolic link, the link goes and the file that it leads to stays. A playing that has begun plays on
   * from the open file, except on Windows, where such a file cannot be deleted.
   *
   * @throws ChannelError `FILE_NOT_FOUND`, also for a folder; `BUSY` while it is being recorded; `FILE_UNWRITABLE`,
   * `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`.
   */
  delete(name: string, options: FileOptions = {}): Promise<void> {
    return this.#run('delete', options, FILE_OPTIONS, async (stop) => {
      parseFileName(name);
      await this.#checkIdle(name);
      if (stop.reason) return;
      stop.finish();
      await this.#store.delete(name);
    });
  }

  /**
   * Gives a file another name, also one in another folder, which is made if it is not there.
   *
   * @throws ChannelError `FILE_NOT_FOUND`; `FILE_EXISTS` when there is a file of the new name, unless `ifExists` allows it; `BUSY` while
   * either is being recorded; `FILE_UNWRITABLE`, `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`.
   */
  rename(from: string, to: string, options: RenameOptions = {}): Promise<void> {
    return this.#run('rename', options, RENAME_OPTIONS, async (stop) => {
      parseFileName(from);
      parseFileName(to);
      const ifExists = checkIfExists(options.ifExists);
      await this.#checkIdle(from);
      await this.#checkIdle(to);
      if (stop.reason) return;
      stop.finish();
      await this.#store.rename(from, to, ifExists);
    });
  }

  /**
   * The files of a folder, sorted by name (by code units, not by the rules of a language); none when there is no such folder.
   * Symbolic links to files of the media directory are files; those to folders are not followed.
   *
   * @throws ChannelError `FILE_UNREADABLE`, `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY`.
   */
  list(options: ListFilesOptions = {}): Promise<readonly StoredFile[]> {
    return this.#run('list', options, LIST_OPTIONS, async () =>
      byName(await this.#store.list(checkPrefix(options.prefix), checkRecursive(options.recursive))),
    );
  }

  async #checkIdle(name: string): Promise<void> {
    if (this.#open.written.length === 0) return;
    const found = await this.#store.find(name);
    if (found && this.#open.isWritten(found.path)) {
      throw new ChannelError('BUSY', `${JSON.stringify(name)} is being recorded; stop the recording first`);
    }
  }

  #run<T>(
    method: string,
    options: FileOptions,
    names: Readonly<Record<string, true>>,
    body: (stop: Stop) => Promise<T>,
  ): Promise<T> {
    const refused = refuseOptions(this.#host, `files.${method}()`, options, names);
    return refused ?? runOperation(this.#host, { signal: options.signal }, body);
  }
}
