import type { ChannelCore } from '../channel-core.ts';
import { checkMedia } from './check-media.codec.ts';
import type { Media } from './media.ts';
import { mediaName } from './media-name.codec.ts';
import { checkPlayOptions, type PlayStartOptions } from './play-options.ts';
import type { Playable } from './playback-run.ts';
import { resolveMedia } from './resolve-media.ts';

/** What a channel is asked to play. Throws `ChannelError` for arguments that are wrong. */
export function playable(core: ChannelCore, media: Media, options: PlayStartOptions): Playable {
  const items = checkMedia(media);
  const { how, skip, language = core.language } = checkPlayOptions(options);
  const { environment, tones } = core;
  for (const item of items) if ('tone' in item) tones.sequence(item.tone);
  const { files, services, clock } = environment;
  return {
    media,
    name: items.map(mediaName).join(', '),
    how,
    skip,
    open: (signal) => resolveMedia(items, { files, services, tones, language, signal, clock }),
  };
}
