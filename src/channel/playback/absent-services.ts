import { ChannelError } from '../../errors.ts';
import type { MediaServices } from './media-services.ts';

function absent(what: string): () => Promise<never> {
  return () => Promise.reject(new ChannelError('INVALID_STATE', `${what} cannot be played here: not available`));
}

/** Services of a user agent that has none of them. */
export const absentServices: MediaServices = {
  speech: { say: absent('text') },
  sounds: { source: absent('a sound'), hasAll: () => false },
  recordings: { source: absent('a recording') },
  decoder: { file: absent('such a file'), bytes: absent('a file in memory'), url: absent('what is behind an address') },
};
