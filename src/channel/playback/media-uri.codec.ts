import { ChannelError } from '../../errors.ts';
import { nearestName } from '../../nearest-name.codec.ts';
import { shown } from '../../shown.ts';
import type { MediaItem } from './media.ts';

/** As RFC 3986 §3.1 has it, of two characters at least: one letter is a drive of Windows, which no file name may begin with. */
const URI = /^([a-z][a-z\d+.-]+):(.*)$/is;

const SCHEMES: Readonly<Record<string, (rest: string, uri: string) => MediaItem>> = {
  characters: (characters) => ({ characters }),
  digits: (digits) => ({ digits }),
  file: (file) => ({ file }),
  http: (_, url) => ({ url }),
  https: (_, url) => ({ url }),
  number: (number) => ({ number }),
  recording: (recording) => ({ recording }),
  silence: (ms) => ({ silence: /^\d+(?:\.\d+)?$/.test(ms) ? Number(ms) : Number.NaN }),
  sound: (sound) => ({ sound }),
  text: (text) => ({ text }),
  tone: (tone) => ({ tone }),
};

/**
 * What a string stands for: a medium by its URI, otherwise the name of a file. What comes after the scheme is not checked.
 *
 * Throws `ChannelError` `INVALID_ARGUMENT` for a scheme that there is not.
 */
export function parseMediaUri(text: string): MediaItem {
  const [, scheme = '', rest = ''] = URI.exec(text) ?? [];
  if (scheme === '') return { file: text };
  const make = Object.hasOwn(SCHEMES, scheme.toLowerCase()) ? SCHEMES[scheme.toLowerCase()] : undefined;
  if (make) return make(rest, text);
  const known = Object.keys(SCHEMES);
  const nearest = nearestName(scheme, known);
  const hint = nearest ? `did you mean ${nearest}:?` : `there are ${known.map((name) => `${name}:`).join(', ')}`;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `there is no medium ${shown(`${scheme}:`)}; ${hint} A file of that name is { file: ${shown(text)} }`,
  );
}
