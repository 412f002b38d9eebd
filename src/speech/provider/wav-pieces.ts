import type { SpeechAudio } from '../../channel/playback/speech-provider.ts';
import { type PcmFormat, WavReader } from '../wav/wav-reader.codec.ts';
import { PieceQueue } from './piece-queue.ts';

/** What a text may take, for it is all kept until it has been played: an hour of 16-bit samples at 16 kHz, about. */
const MOST_BYTES = 120_000_000;

/**
 * Reads a WAV file from bytes as they come, as fast as they come, so that nobody who makes them has to wait. Resolves when its header is
 * there; rejects when there is none, or when the bytes fail before.
 *
 * @param format - of bytes that have no header.
 */
export function wavPieces(
  bytes: AsyncIterable<Uint8Array>,
  format?: PcmFormat,
  mostBytes = MOST_BYTES,
): Promise<SpeechAudio> {
  return new Promise((resolve, reject) => {
    const queue = new PieceQueue();
    const reader = new WavReader(format);
    const pump = async (): Promise<void> => {
      let total = 0;
      for await (const piece of bytes) {
        total += piece.length;
        if (total > mostBytes) throw new Error(`it gave more than ${mostBytes} bytes for a text`);
        queue.push(reader.push(piece));
        if (reader.sampleRate !== undefined) resolve({ sampleRate: reader.sampleRate, audio: queue });
      }
      if (reader.sampleRate === undefined) throw new Error('it gave no WAV file');
    };
    pump().then(
      () => queue.end(),
      (error: unknown) => {
        reject(error);
        queue.end(error);
      },
    );
  });
}
