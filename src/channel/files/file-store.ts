import type { DateTime } from '../../clock.ts';

/** A file as it is stored. */
export interface StoredFile {
  /** Relative to the media directory, with `/` between folders. */
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** When it was last written. */
  readonly modified: DateTime;
}

/** A file, and where it is. */
export interface FoundFile extends StoredFile {
  /** As `MediaFiles.forReading` has it. */
  readonly path: string;
}

/** What becomes of a file that is there already. */
export type IfExists = 'fail' | 'overwrite';

/** Where media are kept. Names have been checked; what leads out of the media directory rejects with `FILE_OUTSIDE_MEDIA_DIRECTORY`. */
export interface FileStore {
  /** Undefined when there is no such file. Rejects with `FILE_UNREADABLE`. */
  find(name: string): Promise<FoundFile | undefined>;
  /** Of a link, the link and not what it leads to. Rejects with `FILE_NOT_FOUND`, `FILE_UNWRITABLE`. */
  delete(name: string): Promise<void>;
  /** Makes the folders of the new name. Rejects with `FILE_NOT_FOUND`, `FILE_EXISTS`, `FILE_UNWRITABLE`. */
  rename(from: string, to: string, ifExists: IfExists): Promise<void>;
  /**
   * What is in a folder; '' is the media directory itself. In no order; nothing when there is no such folder. Rejects with
   * `FILE_UNREADABLE`.
   */
  list(folder: string, recursive: boolean): Promise<readonly StoredFile[]>;
}
