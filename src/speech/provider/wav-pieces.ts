import type { SpeechAudio } from '../../channel/playback/speech-provider.ts';
import { type PcmFormat, WavReader } from '../wav/wav-reader.codec.ts';
import { PieceQueue } from './piece-queue.ts';

/**
 * Reads a WAV file from bytes as they come, as fast as they come, so that nobody who makes them has to wait. Resolves when its header is
 * there; rejects when there is none, or when the bytes fail before.
 *
 * @param format - of bytes that have no header.
 */
export function wavPieces(bytes: AsyncIterable<Uint8Array>, format?: PcmFormat): Promise<SpeechAudio> {
  return new Promise((resolve, reject) => {
    const queue = new PieceQueue();
    const reader = new WavReader(format);
    const pump = async (): Promise<void> => {
      for await (const piece of bytes) {
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
