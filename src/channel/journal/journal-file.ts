import { appendFile, readFile, stat } from 'node:fs/promises';
import type { AwaitDisk } from '../../disk.ts';
import type { Logger } from '../../logger.ts';
import type { MediaFiles } from '../media-files.ts';
import type { JournalEntry } from './journal-entry.ts';
import { maskedEntry } from './masked-entry.codec.ts';

/** What the files of all journals share. */
export interface JournalFileOptions {
  readonly audio: boolean;
  readonly digits: 'plain' | 'masked';
  /** Where recordings are. */
  readonly files: MediaFiles;
  readonly awaitDisk: AwaitDisk;
  readonly logger: Logger;
}

/** A longer recording is left out. */
const LARGEST_RECORDING_BYTES = 16 * 2 ** 20;

/** The journal of one channel as a file of JSON lines. Trouble with the disk is logged, once, and hurts nobody. */
export class JournalFile {
  readonly #path: string;
  readonly #options: JournalFileOptions;
  /** Lines that are not in the file yet; a recording that is still being read among them. */
  #waiting: (JournalEntry | Promise<JournalEntry | undefined>)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isGivenUp = false;

  constructor(path: string, options: JournalFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  take(entry: JournalEntry): void {
    if (this.#isGivenUp) return;
    this.#waiting.push(entry);
    // At once: the program may play with the file as soon as its method has returned.
    if (this.#options.audio && entry.kind === 'recorded') this.#waiting.push(this.#recording(entry));
  }

  /** Resolves when all that was taken is in the file, or given up. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async #append(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      let text = '';
      for (const entry of waiting) text += this.#line(await entry);
      if (text === '') return;
      await this.#options.awaitDisk(appendFile(this.#path, text, { mode: 0o600 }));
    } catch (error) {
      this.#isGivenUp = true;
      this.#waiting = [];
      this.#options.logger.error('a journal cannot be written; the rest of it is given up', {
        file: this.#path,
        error,
      });
    }
  }

  #line(entry: JournalEntry | undefined): string {
    if (!entry) return '';
    return `${JSON.stringify(this.#options.digits === 'masked' ? maskedEntry(entry) : entry)}\n`;
  }

  async #recording({ at, file }: { readonly at: number; readonly file: string }): Promise<JournalEntry | undefined> {
    const { files, awaitDisk, logger } = this.#options;
    try {
      const path = await files.forReading(file);
      const { size } = await awaitDisk(stat(path));
      if (size <= LARGEST_RECORDING_BYTES) {
        const audio = await awaitDisk(readFile(path, 'base64'));
        return { at, kind: 'recording', file, audio };
      }
      logger.warn('a recording is too long for the journal', { file, size });
    } catch (error) {
      logger.warn('a recording could not be put into the journal', { file, error });
    }
    return undefined;
  }
}
