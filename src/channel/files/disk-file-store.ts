import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { type AwaitDisk, awaitDisk } from '../../disk.ts';
import { ChannelError, isChannelError } from '../../errors.ts';
import { moveFile } from '../../move-file.ts';
import { parseFileName } from '../file-name.codec.ts';
import type { MediaDirectory } from '../media-directory.ts';
import { fileExists } from './file-options.ts';
import type { FileStore, FoundFile, IfExists, StoredFile } from './file-store.ts';

/** How many files are looked at side by side, so that a long list leaves the disk to others in between. */
const SIDE_BY_SIDE = 64;

/** The files of a media directory on a disk. */
export class DiskFileStore implements FileStore {
  readonly #directory: MediaDirectory;
  readonly #disk: AwaitDisk;

  constructor(directory: MediaDirectory, disk: AwaitDisk = awaitDisk) {
    this.#directory = directory;
    this.#disk = disk;
  }

  async find(name: string): Promise<FoundFile | undefined> {
    const file = await this.#pathOf(name);
    if (file === undefined) return undefined;
    const facts = await this.#facts(file, stat);
    return facts?.isFile() ? { ...entry(keyOf(name), facts), path: file } : undefined;
  }

  async delete(name: string): Promise<void> {
    const file = await this.#removable(name);
    try {
      await this.#disk(unlink(file));
    } catch (error) {
      throw unwritable(name, error);
    }
  }

  async rename(from: string, to: string, ifExists: IfExists): Promise<void> {
    const source = await this.#removable(from);
    const target = await this.placeFor(to);
    try {
      await this.#disk(moveFile(source, target, ifExists));
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? fileExists(to, error) : unwritable(to, error);
    }
  }

  /** The path for a new file, whose folders there are then. Rejects with `FILE_OUTSIDE_MEDIA_DIRECTORY` or `FILE_UNWRITABLE`. */
  placeFor(name: string): Promise<string> {
    return this.#directory.forWriting(name);
  }

  async list(folder: string, recursive: boolean): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    const root = folder === '' ? this.#directory.root : await this.#pathOf(folder);
    const folders = root === undefined ? [] : [{ path: root, name: folder }];
    for (let next = folders.pop(); next; next = folders.pop()) {
      const { path: place, name } = next;
      const names: string[] = [];
      for (const inside of await this.#inside(place)) {
        const known = knownName(name === '' ? inside.name : `${name}/${inside.name}`);
        if (known === undefined) continue;
        if (!inside.isDirectory()) names.push(known);
        else if (recursive) folders.push({ path: path.join(place, inside.name), name: known });
      }
      for (let at = 0; at < names.length; at += SIDE_BY_SIDE) {
        const some = names.slice(at, at + SIDE_BY_SIDE).map((file) => this.#listed(place, file));
        found.push(...(await Promise.all(some)).filter((file) => file !== undefined));
      }
    }
    return found;
  }

  /** A file of a list; undefined when it is none, leads out or has gone meanwhile. */
  async #listed(folder: string, name: string): Promise<StoredFile | undefined> {
    const facts = await this.#facts(path.join(folder, path.posix.basename(name)), lstat);
    if (!facts?.isSymbolicLink()) return facts?.isFile() ? entry(name, facts) : undefined;
    try {
      return await this.find(name);
    } catch {
      return undefined;
    }
  }

  async #inside(folder: string): Promise<readonly Dirent[]> {
    try {
      return await this.#disk(readdir(folder, { withFileTypes: true }));
    } catch (error) {
      if (isAbsence(error)) return [];
      throw unreadable(folder, error);
    }
  }

  async #facts(file: string, look: (file: string) => Promise<Stats>): Promise<Stats | undefined> {
    try {
      return await this.#disk(look(file));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw unreadable(file, error);
    }
  }

  /** Where a name leads; undefined when to nothing. */
  async #pathOf(name: string): Promise<string | undefined> {
    try {
      return await this.#directory.forReading(name);
    } catch (error) {
      if (isChannelError(error) && error.code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** The path of the name itself, whether a file is there or a link to one. */
  async #removable(name: string): Promise<string> {
    const found = await this.find(name);
    if (!found) {
      throw new ChannelError('FILE_NOT_FOUND', `there is no file ${JSON.stringify(name)} in the media directory`);
    }
    const segments = parseFileName(name);
    const folder = segments.slice(0, -1).join('/');
    const place = folder === '' ? this.#directory.root : await this.#directory.forReading(folder);
    return path.join(place, segments.at(-1) as string);
  }
}

function keyOf(name: string): string {
  return parseFileName(name).join('/');
}

function entry(name: string, { size, mtime }: Stats): StoredFile {
  return { name, bytes: size, modified: mtime };
}

/** A name of the disk, if it is one that could be given to a method. */
function knownName(name: string): string | undefined {
  try {
    parseFileName(name);
    return name;
  } catch {
    return undefined;
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(place: string, cause: unknown): ChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ChannelError('FILE_UNREADABLE', `${place} cannot be read (${code}); check its permissions`, { cause });
}

function unwritable(name: string, cause: unknown): ChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ChannelError(
    'FILE_UNWRITABLE',
    `${JSON.stringify(name)} cannot be written or removed (${code}); check the permissions of its folder and the space on the disk`,
    { cause },
  );
}
