import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import { handled } from '../../operation.ts';
import type { Journal } from './journal.ts';
import { JournalFile, type JournalFileOptions } from './journal-file.ts';
import type { JournalStore } from './journal-store.ts';

/** How long a line may wait for its way to the disk, in milliseconds: as much is lost when the process dies. */
const WAIT_MS = 1000;

/** A directory with a file for each channel, written as the calls go on: once a second, those that have something new. */
export class JournalDirectory implements JournalStore {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #options: JournalFileOptions;
  readonly #changed = new Set<JournalFile>();
  readonly #writing = new Set<Promise<void>>();
  #timer: Disposable | undefined;
  #isClosed = false;

  private constructor(root: string, clock: Clock, options: JournalFileOptions) {
    this.#root = root;
    this.#clock = clock;
    this.#options = options;
  }

  /** Makes the directory if it is not there. Rejects with `ChannelError` `INVALID_ARGUMENT` when it cannot be written to. */
  static async open(directory: string, clock: Clock, options: JournalFileOptions): Promise<JournalDirectory> {
    const root = path.resolve(directory);
    try {
      await options.awaitDisk(mkdir(root, { recursive: true, mode: 0o700 }));
      await options.awaitDisk(access(root, constants.W_OK));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      throw new ChannelError(
        'INVALID_ARGUMENT',
        `journal.directory ${JSON.stringify(directory)} cannot be written to (${code}); name another one or change its permissions`,
        { cause: error },
      );
    }
    return new JournalDirectory(root, clock, options);
  }

  follow(id: string, journal: Journal): void {
    const file = new JournalFile(path.join(this.#root, `${id}.jsonl`), this.#options);
    journal.listen((entry) => {
      if (this.#isClosed) return;
      file.take(entry);
      this.#changed.add(file);
      this.#timer ??= this.#clock.schedule(this.#clock.now() + WAIT_MS, () => this.#write());
    });
  }

  async close(): Promise<void> {
    this.#write();
    this.#isClosed = true;
    await Promise.allSettled(this.#writing);
  }

  #write(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (const file of this.#changed) {
      const writing = handled(file.write());
      this.#writing.add(writing);
      void handled(writing.finally(() => this.#writing.delete(writing)));
    }
    this.#changed.clear();
  }
}
