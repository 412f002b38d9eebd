import type { WavLayout } from './wav-format.ts';
import { invalid, isWavLayout, scanWav, WAV_SCAN_START, type WavScan } from './wav-header.codec.ts';

/** As much as nearly every header takes. */
const HEAD_BYTES = 4096;

/** Reads the bytes from `start` on, up to `end`; fewer where there are no more. */
type ReadPart = (start: number, end: number) => Promise<Uint8Array>;

/**
 * Finds out where the samples of a WAV file are, and what. Rejects with `ChannelError` `FILE_INVALID`, or as `read` does.
 *
 * @param head - the beginning of the file, when it has been read already.
 */
export async function findWavLayout(name: string, size: number, read: ReadPart, head?: Uint8Array): Promise<WavLayout> {
  const part = (from: number): Promise<Uint8Array> => read(from, Math.min(size, from + HEAD_BYTES));
  let scan: WavScan = WAV_SCAN_START;
  let bytes = head ?? (await part(0));
  for (;;) {
    const result: WavLayout | WavScan = scanWav(name, bytes, size, scan);
    if (isWavLayout(result)) return result;
    // There is less than was said, or than there was a moment ago.
    if (result.next === scan.next) throw invalid(name, 'the file is cut off');
    scan = result;
    bytes = await part(scan.next);
  }
}
