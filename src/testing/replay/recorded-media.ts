import { checkMedia } from '../../channel/playback/check-media.codec.ts';
import type { Media } from '../../channel/playback/media.ts';
import { mediaName } from '../../channel/playback/media-name.codec.ts';

/**
 * The names of what a method played, as a fake call has them. Undefined for what it knows by no name, or by another one: samples, streams,
 * and what is spoken part by part.
 */
export function mediaNames(media: unknown): readonly (string | undefined)[] {
  return (Array.isArray(media) ? media : [media]).map(nameOf);
}

function nameOf(medium: unknown): string | undefined {
  try {
    const [item] = checkMedia(medium as Media);
    const isSpoken = item && ('number' in item || 'digits' in item || 'characters' in item);
    return item && !isSpoken ? mediaName(item) : undefined;
  } catch {
    // Samples and streams are not written down.
    return undefined;
  }
}
