import { ChannelError } from '../../errors.ts';
import { nearestName } from '../../nearest-name.codec.ts';
import { shown } from '../../shown.ts';
import { parseFileName } from '../file-name.codec.ts';
import { checkLanguage } from '../language.codec.ts';
import { checkCharacters } from '../sounds/spoken-characters.codec.ts';
import { checkDigits } from '../sounds/spoken-digits.codec.ts';
import { parseNumber } from '../sounds/spoken-number.codec.ts';
import type { Media, MediaItem } from './media.ts';
import { parseMediaUri } from './media-uri.codec.ts';

type Fields = Readonly<Record<string, unknown>>;
type KindOf<Item> = Item extends unknown ? Exclude<keyof Item, 'language' | 'rate' | 'sampleRate' | 'voice'> : never;
type MediaKind = KindOf<MediaItem>;

/** What goes with a kind of medium besides itself, and what makes a checked one of it. */
interface Kind {
  readonly also: readonly string[];
  make(fields: Fields): MediaItem;
}

/** Rate of samples of which nothing is said. */
const DEFAULT_RATE = 8000;
const LOWEST_RATE = 4000;
const HIGHEST_RATE = 192_000;

const KINDS: Readonly<Record<MediaKind, Kind>> = {
  file: { also: [], make: ({ file }) => ({ file: checkFile(file) }) },
  sound: {
    also: ['language'],
    make: ({ sound, language }) => ({ sound: checkName('sound', sound), language: optional(language, checkLanguage) }),
  },
  recording: { also: [], make: ({ recording }) => ({ recording: checkName('recording', recording) }) },
  number: {
    also: ['language'],
    make: ({ number, language }) => ({ number: parseNumber(number), language: optional(language, checkLanguage) }),
  },
  digits: {
    also: ['language'],
    make: ({ digits, language }) => ({ digits: checkDigits(digits), language: optional(language, checkLanguage) }),
  },
  characters: {
    also: ['language'],
    make: ({ characters, language }) => ({
      characters: checkCharacters(characters),
      language: optional(language, checkLanguage),
    }),
  },
  tone: { also: [], make: ({ tone }) => ({ tone: checkName('tone', tone) }) },
  silence: { also: [], make: ({ silence }) => ({ silence: checkSilence(silence) }) },
  text: {
    also: ['voice', 'language', 'rate'],
    make: ({ text, voice, language, rate }) => ({
      text: checkName('text', text),
      voice: optional(voice, (name) => checkName('voice', name)),
      language: optional(language, checkLanguage),
      rate: optional(rate, checkSpeed),
    }),
  },
  buffer: { also: ['sampleRate'], make: ({ buffer, sampleRate }) => checkBuffer(buffer, sampleRate) },
  stream: {
    also: ['sampleRate'],
    make: ({ stream, sampleRate }) => ({ stream: checkStream(stream), sampleRate: checkRate(sampleRate) }),
  },
  url: { also: [], make: ({ url }) => ({ url: checkUrl(url) }) },
};

/**
 * Checks what is to be played, and makes a list of it that nobody can change any more: strings become items, samples are copied.
 *
 * Throws `ChannelError` `INVALID_ARGUMENT` or `FILE_OUTSIDE_MEDIA_DIRECTORY`. Whether something is there is not looked up.
 */
export function checkMedia(media: Media): readonly MediaItem[] {
  if (!Array.isArray(media)) return [checkItem(media)];
  if (media.length === 0) throw bad('a list of media must hold one at least');
  return media.map(checkItem);
}

function checkItem(medium: unknown): MediaItem {
  if (typeof medium === 'string') {
    if (medium === '') throw bad('a medium must not be an empty string; name a file or a URI such as sound:hello');
    return checkFields(parseMediaUri(medium));
  }
  if (typeof medium !== 'object' || medium === null || Array.isArray(medium)) {
    throw bad(`a medium is the name of a file, a URI or an object such as { sound: 'hello' }, not ${shown(medium)}`);
  }
  return checkFields(medium);
}

function checkFields(medium: object): MediaItem {
  const fields: Fields = { ...medium };
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  const kinds = names.filter(isKind);
  const [kind] = kinds;
  if (kind === undefined) throw unknownKind(names);
  if (kinds.length > 1) throw bad(`a medium is of one kind, not ${kinds.join(' and ')} at once; make a list of them`);
  const { also, make } = KINDS[kind];
  const strange = names.find((name) => name !== kind && !also.includes(name));
  if (strange === undefined) return make(fields);
  const what = also.length === 0 ? 'nothing goes with it' : `${also.join(', ')} may go with it`;
  throw bad(`a medium { ${kind} } has no ${shown(strange)}; ${what}`);
}

function isKind(name: string): name is MediaKind {
  return Object.hasOwn(KINDS, name);
}

function unknownKind([name]: readonly string[]): ChannelError {
  const known = Object.keys(KINDS);
  if (name === undefined) return bad(`a medium must say what it is: ${known.join(', ')}`);
  const nearest = nearestName(name, known);
  return bad(
    `there is no medium { ${name} }; ${nearest ? `did you mean ${nearest}?` : `there are ${known.join(', ')}`}`,
  );
}

function checkFile(file: unknown): string {
  parseFileName(file);
  return file as string;
}

function checkName(kind: string, name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '') return name;
  throw bad(`${kind} must be a string that is not empty, not ${shown(name)}`);
}

function checkSilence(ms: unknown): number {
  if (typeof ms === 'number' && ms > 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw bad(`silence must be a number of milliseconds of more than 0, not ${shown(ms)}`);
}

function checkSpeed(rate: unknown): number {
  if (typeof rate === 'number' && rate > 0 && rate < Number.POSITIVE_INFINITY) return rate;
  throw bad(`rate must be a number of more than 0, 1 being normal, not ${shown(rate)}`);
}

function checkRate(rate: unknown): number {
  if (rate === undefined) return DEFAULT_RATE;
  if (typeof rate === 'number' && Number.isInteger(rate) && rate >= LOWEST_RATE && rate <= HIGHEST_RATE) return rate;
  throw bad(`sampleRate must be a whole number from ${LOWEST_RATE} to ${HIGHEST_RATE}, not ${shown(rate)}`);
}

function checkBuffer(buffer: unknown, sampleRate: unknown): MediaItem {
  if (buffer instanceof Int16Array && buffer.length > 0) {
    return { buffer: buffer.slice(), sampleRate: checkRate(sampleRate) };
  }
  if (buffer instanceof Uint8Array && buffer.length > 0) {
    if (sampleRate === undefined) return { buffer: Uint8Array.from(buffer) };
    throw bad('sampleRate goes with samples, an Int16Array; a file in memory says its own');
  }
  throw bad('buffer must be an Int16Array of samples or the bytes of an audio file, and not empty');
}

type Pieces = Extract<MediaItem, { readonly stream: unknown }>['stream'];

function checkStream(stream: unknown): Pieces {
  if (typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream) return stream as Pieces;
  throw bad('stream must be a ReadableStream or something else to go through by for await');
}

function checkUrl(url: unknown): string {
  if (typeof url === 'string' && /^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) return url;
  throw bad(`url must be an address that begins with http:// or https://, not ${shown(url)}`);
}

function optional<T>(value: unknown, check: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : check(value);
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
