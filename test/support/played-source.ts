import type { PlaySource } from '../../src/channel/play-port.ts';

/** What a source gives until its end, and closes it. */
export async function samplesOf(source: PlaySource): Promise<Int16Array> {
  if (source.kind === 'samples') return source.samples;
  if (source.kind !== 'stream') throw new Error(`${source.name} is no stream but a ${source.kind}`);
  const { stream } = source;
  const pieces: Int16Array[] = [];
  try {
    for (let piece = await stream.read(); piece; piece = await stream.read()) pieces.push(piece);
  } finally {
    await stream.close();
  }
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}
