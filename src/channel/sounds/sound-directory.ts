import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ChannelError } from '../../errors.ts';
import { folderLanguage, languageTag } from './language-choice.codec.ts';
import { parseSoundFile } from './sound-format.codec.ts';
import type { FoundSound, SoundFolder } from './sound-index.ts';
import { listLanguage, parseSoundList } from './sound-text.codec.ts';

/** A directory with more than this is hardly one of sounds. */
const MOST_ENTRIES = 200_000;
const DEEPEST = 16;
/** A list of what is said takes less than a tenth of it. */
const LARGEST_LIST = 4 * 1024 * 1024;

/**
 * Reads what a directory of sounds holds: `<language>/<name>.<format>`, and `<name>.<format>` in `language`. Links that lead out of it are
 * passed over, and whatever cannot be read.
 *
 * Rejects with `ChannelError` `INVALID_ARGUMENT` when there is no such directory.
 */
export async function readSoundDirectory(directory: string, language: string): Promise<SoundFolder> {
  const root = await rootOf(directory);
  const reader = new Reader(root);
  const own = await reader.entries(root, []);
  const folders = own.flatMap((entry) => {
    const spoken = entry.isFolder ? folderLanguage(entry.name) : undefined;
    return spoken === undefined ? [] : [{ entry, spoken }];
  });
  for (const { entry, spoken } of folders) await reader.read(entry, spoken, '', [root]);
  const others = own.filter((entry) => !folders.some((folder) => folder.entry === entry));
  for (const entry of others) {
    if (entry.isFolder) await reader.read(entry, languageTag(language), `${entry.name}/`, [root]);
    else await reader.take(entry, languageTag(language), '');
  }
  return reader;
}

/** Bytes of a file that was found. Rejects with `ChannelError` `FILE_NOT_FOUND` or `FILE_UNREADABLE`. */
export async function readSoundFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new ChannelError(
        'FILE_NOT_FOUND',
        `${file} is gone since the sounds were looked for; call ua.sounds.reload()`,
      );
    throw new ChannelError('FILE_UNREADABLE', `${file} cannot be read (${code}); check its permissions`, {
      cause: error,
    });
  }
}

interface Entry {
  readonly name: string;
  /** Without symbolic links. */
  readonly path: string;
  readonly isFolder: boolean;
}

class Reader implements SoundFolder {
  readonly files: FoundSound[] = [];
  readonly texts = new Map<string, Map<string, string>>();
  readonly #root: string;
  #count = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads a folder. @param above - those that it is in, so that a link to one of them is no circle. */
  async read(folder: Entry, language: string, prefix: string, above: readonly string[]): Promise<void> {
    if (above.length > DEEPEST || above.includes(folder.path)) return;
    for (const entry of await this.entries(folder.path, above)) {
      if (entry.isFolder) await this.read(entry, language, `${prefix}${entry.name}/`, [...above, folder.path]);
      else await this.take(entry, language, prefix);
    }
  }

  async take(entry: Entry, language: string, prefix: string): Promise<void> {
    const listed = listLanguage(entry.name);
    if (listed !== undefined) await this.#readList(entry.path, languageTag(listed));
    const parsed = parseSoundFile(entry.name);
    if (parsed) this.files.push({ id: prefix + parsed.name, language, format: parsed.format, path: entry.path });
  }

  /** What is in a folder, by name. */
  async entries(folder: string, above: readonly string[]): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for (const entry of await readable(folder)) {
      if (entry.name.startsWith('.')) continue;
      this.#count++;
      if (this.#count > MOST_ENTRIES) {
        throw new ChannelError(
          'INVALID_ARGUMENT',
          `${this.#root} has more than ${MOST_ENTRIES} files, which is too much for a directory of sounds; name the right one in sounds.directories`,
        );
      }
      const known = await this.#entryOf(entry, path.join(folder, entry.name));
      if (known && !above.includes(known.path)) found.push(known);
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #entryOf(entry: Dirent, place: string): Promise<Entry | undefined> {
    if (entry.isDirectory() || entry.isFile()) return { name: entry.name, path: place, isFolder: entry.isDirectory() };
    if (!entry.isSymbolicLink()) return undefined;
    try {
      const target = await realpath(place);
      if (!target.startsWith(this.#root.endsWith(path.sep) ? this.#root : this.#root + path.sep)) return undefined;
      const what = await stat(target);
      if (what.isDirectory() || what.isFile()) return { name: entry.name, path: target, isFolder: what.isDirectory() };
    } catch {
      // It leads nowhere.
    }
    return undefined;
  }

  async #readList(file: string, language: string): Promise<void> {
    try {
      if ((await stat(file)).size > LARGEST_LIST) return;
      const texts = this.texts.get(language) ?? new Map<string, string>();
      for (const [id, text] of parseSoundList(await readFile(file, 'utf8'))) if (!texts.has(id)) texts.set(id, text);
      this.texts.set(language, texts);
    } catch {
      // Sounds can be played without knowing what is said in them.
    }
  }
}

async function readable(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function rootOf(directory: string): Promise<string> {
  try {
    const root = await realpath(path.resolve(directory));
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw noDirectory(directory, error);
  }
  throw noDirectory(directory);
}

function noDirectory(directory: string, cause?: unknown): ChannelError {
  return new ChannelError(
    'INVALID_ARGUMENT',
    `sounds.directories: ${JSON.stringify(directory)} is no directory that can be opened. Create it or name another one`,
    { cause },
  );
}
