import { fileExists } from '../../channel/files/file-options.ts';
import type { FileStore, FoundFile, IfExists, StoredFile } from '../../channel/files/file-store.ts';
import { dateAt } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import type { ListedFile, MemoryFiles } from './memory-files.ts';

/** The files of a fake call, as a program sees them. */
export class MemoryFileStore implements FileStore {
  readonly #files: MemoryFiles;

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  async find(name: string): Promise<FoundFile | undefined> {
    const found = await this.#files.find(name);
    return found && { ...stored(found), path: found.key };
  }

  async delete(name: string): Promise<void> {
    this.#files.delete((await this.#demand(name)).key);
  }

  async rename(from: string, to: string, ifExists: IfExists): Promise<void> {
    const { key } = await this.#demand(from);
    const target = await this.#files.forWriting(to);
    if (ifExists === 'fail' && this.#files.has(target)) throw fileExists(to);
    if (target !== key) this.#files.rename(key, target);
  }

  async list(folder: string, recursive: boolean): Promise<readonly StoredFile[]> {
    const start = folder === '' ? '' : `${folder}/`;
    const inside = (key: string): boolean =>
      key.startsWith(start) && (recursive || !key.slice(start.length).includes('/'));
    return (await this.#files.all()).filter(({ key }) => inside(key)).map(stored);
  }

  async #demand(name: string): Promise<ListedFile> {
    const found = await this.#files.find(name);
    if (found) return found;
    throw new ChannelError(
      'FILE_NOT_FOUND',
      `there is no file ${JSON.stringify(name)}; name its length in { prompts }, or that of all in { anyPrompt }`,
    );
  }
}

function stored({ key, file, written }: ListedFile): StoredFile {
  return { name: key, bytes: file.wav().length, modified: dateAt(written) };
}
