import type { AwaitDisk } from '../../disk.ts';

/** What can be read as bytes, piece by piece. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** How much is read at once. */
const PIECE = 65_536;

/** What a file on the disk and one in memory have in common. */
interface Readable {
  /** The bytes from `start` on, up to `length` of them; none at the end. */
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A part of a file as a stream. Nothing is read before somebody asks; the file is closed at the end, and when nobody wants more. */
export function streamOf(open: () => Promise<Readable>, start: number, end: number): ReadableStream<Uint8Array> {
  let file: Readable | undefined;
  let at = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          file ??= await open();
          const piece = at < end ? await file.read(at, Math.min(PIECE, end - at)) : new Uint8Array();
          at += piece.length;
          if (piece.length > 0) return controller.enqueue(piece);
          await file.close();
          controller.close();
        } catch (error) {
          await file?.close();
          throw error;
        }
      },
      async cancel() {
        await file?.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Bytes in memory as a stream. */
export function streamOfBytes(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const file = {
    read: async (at: number, length: number) => bytes.slice(at, at + length),
    close: async () => undefined,
  };
  return streamOf(async () => file, 0, bytes.length);
}

/** The same stream, for which a clock stands still while a piece of it is read. */
export function heldStream(stream: ReadableStream<Uint8Array>, awaitDisk: AwaitDisk): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await awaitDisk(reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** All that comes, as one piece. */
export async function bytesOf(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(source)) pieces.push(piece);
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Piece by piece; who stops in the middle ends the source. */
export async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  if (!(source instanceof ReadableStream)) {
    yield* source;
    return;
  }
  const reader = source.getReader();
  let isDone = false;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    isDone = true;
  } finally {
    if (!isDone) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
