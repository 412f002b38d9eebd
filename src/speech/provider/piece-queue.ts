/** Audio that comes by itself, for one who takes it piece by piece. */
export class PieceQueue implements AsyncIterable<Int16Array> {
  readonly #pieces: Int16Array[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  push(piece: Int16Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#wake();
  }

  /** Nothing more comes. @param error - why, when that is too early. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Int16Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) yield piece;
      else if (this.#end === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if ('error' in this.#end) throw this.#end.error;
      else return;
    }
  }
}
