import type { AwaitDisk } from '../../disk.ts';
import type { PlaySource } from '../play-port.ts';
import type { Decoder, SoundSources } from '../playback/media-services.ts';
import { isRaw, withWavHeader } from './raw-audio.codec.ts';
import { readSoundFile } from './sound-directory.ts';
import type { Sounds } from './sounds.ts';

/** Makes what is installed playable. */
export function installedSounds(sounds: Sounds, decoder: Decoder, awaitDisk: AwaitDisk): SoundSources {
  return {
    source: async (id, language) => {
      const { format, path } = sounds.variant(id, language);
      return sourceOf(`sound:${id}`, format, path);
    },
    hasAll: (ids, language) => ids.every((id) => sounds.has(id, { language })),
  };

  async function sourceOf(name: string, format: string, path: string): Promise<PlaySource> {
    // A sound is short: nothing is won by giving up on it halfway.
    const { signal } = new AbortController();
    if (!isRaw(format)) return decoder.file(path, name, signal);
    const audio = await awaitDisk(readSoundFile(path));
    return decoder.bytes(withWavHeader(format, audio), name, signal);
  }
}
