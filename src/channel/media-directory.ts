import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type AwaitDisk, awaitDisk } from '../disk.ts';
import { ChannelError } from '../errors.ts';
import { parseFileName } from './file-name.codec.ts';
import type { MediaFiles } from './media-files.ts';

/** What it is called when a name cannot be followed. */
type LookUpFailure = 'FILE_UNREADABLE' | 'FILE_UNWRITABLE';

/** The directory that all media names are relative to. Nothing outside it can be reached through it. */
export class MediaDirectory implements MediaFiles {
  /** Absolute and without symbolic links. */
  readonly root: string;
  readonly #awaitDisk: AwaitDisk;

  private constructor(root: string, wait: AwaitDisk) {
    this.root = root;
    this.#awaitDisk = wait;
  }

  /** Rejects with `ChannelError` `INVALID_ARGUMENT` when there is no such directory. */
  static async open(directory: string, wait: AwaitDisk = awaitDisk): Promise<MediaDirectory> {
    try {
      const root = await realpath(path.resolve(directory));
      if ((await stat(root)).isDirectory()) return new MediaDirectory(root, wait);
    } catch (error) {
      throw notADirectory(directory, error);
    }
    throw notADirectory(directory);
  }

  async forReading(name: string): Promise<string> {
    const { file, exists } = await this.#awaitDisk(this.#find(name, 'FILE_UNREADABLE'));
    if (!exists) {
      throw new ChannelError(
        'FILE_NOT_FOUND',
        `there is no file ${JSON.stringify(name)} in the media directory ${this.root}; check the name and mediaDirectory`,
      );
    }
    return file;
  }

  async forWriting(name: string): Promise<string> {
    const { file, exists } = await this.#awaitDisk(this.#find(name, 'FILE_UNWRITABLE'));
    const folder = path.dirname(file);
    if (!exists && folder !== this.root) await this.#makeFolder(name, folder);
    return file;
  }

  /** Follows the name from the root, so that no symbolic link on the way leads out unseen. */
  async #find(name: string, failure: LookUpFailure): Promise<{ file: string; exists: boolean }> {
    const segments = parseFileName(name);
    let current = this.root;
    for (const [index, segment] of segments.entries()) {
      const next = path.join(current, segment);
      const link = await this.#isLink(next, failure);
      if (link === undefined) return { file: path.join(current, ...segments.slice(index)), exists: false };
      current = link ? await this.#follow(name, next) : next;
    }
    return { file: current, exists: true };
  }

  /** Whether there is a symbolic link of that name; undefined when nothing is there. */
  async #isLink(file: string, failure: LookUpFailure): Promise<boolean | undefined> {
    try {
      return (await lstat(file)).isSymbolicLink();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new ChannelError(failure, `${file} cannot be looked up (${code}); check the permissions of its folder`, {
        cause: error,
      });
    }
  }

  /** Makes a folder and those above it. Where that fails, whoever writes to it says why. */
  async #makeFolder(name: string, folder: string): Promise<void> {
    let real: string;
    try {
      await this.#awaitDisk(mkdir(folder, { recursive: true }));
      real = await this.#awaitDisk(realpath(folder));
    } catch {
      return;
    }
    // Somebody has put a link in the way since the name was looked up.
    if (real !== folder) throw leadsOut(name);
  }

  async #follow(name: string, link: string): Promise<string> {
    let target: string;
    try {
      target = await realpath(link);
    } catch (error) {
      // Writing through a dangling link would create what it points to, wherever that is.
      throw leadsOut(name, error);
    }
    if (target !== this.root && !target.startsWith(this.root.endsWith(path.sep) ? this.root : this.root + path.sep)) {
      throw leadsOut(name);
    }
    return target;
  }
}

function leadsOut(name: string, cause?: unknown): ChannelError {
  return new ChannelError(
    'FILE_OUTSIDE_MEDIA_DIRECTORY',
    `${JSON.stringify(name)} leads out of the media directory by a symbolic link; use names of what is inside it`,
    { cause },
  );
}

function notADirectory(directory: string, cause?: unknown): ChannelError {
  return new ChannelError(
    'INVALID_ARGUMENT',
    `mediaDirectory ${JSON.stringify(directory)} is no directory that can be opened. Create it or name another one`,
    { cause },
  );
}
