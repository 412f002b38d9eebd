import type { WavLayout } from '../../media/wav/wav-format.ts';
import { isWavLayout, scanWav, WAV_SCAN_START } from '../../media/wav/wav-header.codec.ts';
import { wavHeaderSize, writeWavHeader } from '../../media/wav/wav-writer.codec.ts';

/** What the header of a WAV file says. Throws `ChannelError` `FILE_INVALID`. */
export function wavLayout(name: string, bytes: Uint8Array): WavLayout {
  let scan = scanWav(name, bytes, bytes.length, WAV_SCAN_START);
  // All of the file is there, so each further step is made from where the last one ended.
  while (!isWavLayout(scan)) scan = scanWav(name, bytes.subarray(scan.next), bytes.length, scan);
  return scan;
}

/** How long a WAV file plays in milliseconds. Throws `ChannelError` `FILE_INVALID`. */
export function wavDuration(name: string, bytes: Uint8Array): number {
  const { samples, sampleRate } = wavLayout(name, bytes);
  return (samples / sampleRate) * 1000;
}

/** A WAV file of silence. */
export function silentWav(ms: number): Uint8Array {
  const bytes = new Uint8Array(wavHeaderSize('PCM16') + Math.floor(ms * 8) * 2);
  bytes.set(writeWavHeader({ format: 'PCM16', rate: 8000, channels: 1 }, Math.floor(ms * 8) * 2));
  return bytes;
}
