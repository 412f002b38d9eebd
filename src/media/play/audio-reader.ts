/** G.711 of one law that is read piece by piece, 8000 bytes a second. All positions and lengths are bytes. */
export interface AudioReader {
  /** Length of the whole; undefined as long as it is not known, `Infinity` when there is no end. */
  readonly length: number | undefined;
  /** As {@link AudioReader.length}, or what somebody says that it will be. */
  readonly expectedLength: number | undefined;
  /** Makes it ready for everything else. Rejects with a `ChannelError`. Safe to repeat. */
  open(): Promise<void>;
  /**
   * The next piece, of any length and not to be changed any more, or `undefined` at the end; at once if it is there. Not called again
   * before it has settled. Rejects with a `ChannelError`.
   */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Goes to a position, or to the end when it is beyond that. Not called while `next` is pending. @returns where it is then. */
  seek(position: number): number | Promise<number>;
  /** Lets what is pending settle soon, with whatever there is. */
  interrupt(): void;
  /** Gives everything back. Never rejects. */
  close(): Promise<void>;
}
