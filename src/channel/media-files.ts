/** Turns the name of a medium, which may come from a caller, into a path that is safe to open. */
export interface MediaFiles {
  /**
   * The absolute path to play from. Rejects with `ChannelError` `INVALID_ARGUMENT`, `FILE_OUTSIDE_MEDIA_DIRECTORY` or
   * `FILE_NOT_FOUND`.
   */
  forReading(name: string): Promise<string>;
  /** The absolute path to record to, whose folders there are then. Rejects with `ChannelError` `INVALID_ARGUMENT` or `FILE_OUTSIDE_MEDIA_DIRECTORY`. */
  forWriting(name: string): Promise<string>;
}
