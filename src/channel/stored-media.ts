import type { Clock } from '../clock.ts';
import type { AwaitDisk } from '../disk.ts';
import { FileManager } from './files/file-manager.ts';
import type { FileStore } from './files/file-store.ts';
import type { RecordingSources } from './playback/media-services.ts';
import type { DescribeAudio } from './recordings/audio-facts.ts';
import type { LocalCopies } from './recordings/local-copies.ts';
import { OpenRecordings } from './recordings/open-recordings.ts';
import { type DecodeFile, RecordingPlayer } from './recordings/recording-player.ts';
import { RecordingShelf } from './recordings/recording-shelf.ts';
import type { RecordingStorage } from './recordings/recording-storage.ts';
import { Recordings } from './recordings/recordings.ts';

/** What stored media stand on. */
export interface StoredMediaOptions {
  readonly store: FileStore;
  readonly storage: RecordingStorage;
  readonly copies: LocalCopies;
  readonly describe: DescribeAudio;
  readonly decode: DecodeFile;
  readonly clock: Clock;
  readonly awaitDisk: AwaitDisk;
}

/** The files and recordings of a user agent. */
export class StoredMedia {
  readonly files: FileManager;
  readonly recordings: Recordings;
  /** Recordings as something to be played. */
  readonly sources: RecordingSources;
  /** Recordings at work. */
  readonly open = new OpenRecordings();
  readonly #player: RecordingPlayer;

  constructor({ store, storage, copies, describe, decode, clock, awaitDisk }: StoredMediaOptions) {
    const { open } = this;
    const shelf = new RecordingShelf(storage, open, awaitDisk);
    this.#player = new RecordingPlayer(shelf, copies, decode);
    this.sources = this.#player;
    this.files = new FileManager(store, open, clock);
    const player = this.#player;
    this.recordings = new Recordings({ files: store, copies, open, describe, shelf, player, clock, awaitDisk });
  }

  /** Removes the copies of recordings that are kept elsewhere. */
  close(): Promise<void> {
    return this.#player.close();
  }
}
