/** The media files of a fake call. Recordings are in memory only; nothing is written to a disk unless the test says so. */
export interface FakeFiles {
  /** Names of what was recorded, in order. */
  readonly names: readonly string[];
  /**
   * A recording as the bytes of a WAV file, as it is at this moment; a prompt likewise.
   *
   * @throws ChannelError `FILE_NOT_FOUND`.
   */
  read(name: string): Uint8Array;
  /** Writes all recordings into a directory, for listening to them. Folders in their names are made. */
  saveTo(directory: string): Promise<void>;
}
