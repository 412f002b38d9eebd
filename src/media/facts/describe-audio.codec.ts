import type { AudioFacts, ReadBytes } from '../../channel/recordings/audio-facts.ts';
import type { WavFormat } from '../wav/wav-format.ts';
import { findWavLayout } from '../wav/wav-layout.codec.ts';
import { LONGEST_PAGE, opusDuration, readOpusHead } from './ogg-opus.codec.ts';

/** As much as nearly every header takes. */
const PIECE = 4096;

const FORMATS: Readonly<Partial<Record<WavFormat['encoding'], AudioFacts['format']>>> = {
  S16: 'PCM16',
  PCMU: 'PCMU',
  PCMA: 'PCMA',
};

/** What a WAV file, or Opus in an Ogg file, says about itself. Rejects with `ChannelError` `FILE_INVALID`, or as `read` does. */
export async function describeAudio(name: string, bytes: number, read: ReadBytes): Promise<AudioFacts> {
  const head = await read(0, Math.min(bytes, PIECE));
  const opus = readOpusHead(head);
  if (opus) {
    const tail = await read(Math.max(0, bytes - LONGEST_PAGE), bytes);
    const { channels, rate } = opus;
    return { extension: 'ogg', format: 'OGG_OPUS', durationMs: opusDuration(opus, tail), channels, rate };
  }
  const { encoding, samples, sampleRate, channels } = await findWavLayout(name, bytes, read, head);
  const durationMs = (samples / sampleRate) * 1000;
  return { extension: 'wav', format: FORMATS[encoding] ?? 'other', durationMs, channels, rate: sampleRate };
}
