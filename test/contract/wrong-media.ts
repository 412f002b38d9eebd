import type { ErrorCode, MediaItem } from '../../src/index.ts';
import { BAD_WAVS, type BadMediaSite, CUT_FILES, NAMES_OUTSIDE } from './bad-media-site.ts';

export type Item = string | MediaItem;

/** Media that are wrong in the same way. */
export interface Wrong {
  readonly code: ErrorCode;
  /** Each is made anew for every use: a stream can be played once. */
  media(site: BadMediaSite): readonly (() => Item)[];
  /** Where it cannot happen on a fake call. */
  readonly isOfStack?: true;
  /** What it is when it is not the first of a list: nobody knows before its turn. */
  readonly isLateInList?: true;
}

/** Of more than 100,000 characters. */
const LONG_TEXT = 'a word '.repeat(15_000);

/** In every form that there is for a kind of medium. */
export const items = (...media: readonly Item[]): readonly (() => Item)[] => media.map((item) => () => item);
const files = (...names: readonly string[]): readonly Item[] => names.flatMap((file) => [{ file }, `file:${file}`]);
export const sounds = (...names: readonly string[]): readonly Item[] =>
  names.flatMap((sound) => [{ sound }, `sound:${sound}`]);
export const recordings = (...names: readonly string[]): readonly Item[] =>
  names.flatMap((recording) => [{ recording }, `recording:${recording}`]);
const texts = (...all: readonly string[]): readonly Item[] => all.flatMap((text) => [{ text }, `text:${text}`]);

export async function* failing(): AsyncGenerator<Int16Array> {
  yield new Int16Array();
  throw new Error('the source is gone');
}

async function* words(): AsyncGenerator<Int16Array> {
  yield 'words' as unknown as Int16Array;
}

/** What can be wrong, by topic: one call has all of a topic. */
export const WRONG: Readonly<Record<string, readonly Wrong[]>> = {
  'names of what is not there': [
    {
      code: 'SOUND_NOT_FOUND',
      media: () =>
        items(...sounds('no-such', '../secret', '/etc/passwd', 'a\0b', 'x'.repeat(5000)), {
          sound: 'no-such',
          language: 'de',
        }),
    },
    {
      code: 'SOUND_LANGUAGE_MISSING',
      isOfStack: true,
      media: () => items(...sounds('nur-deutsch'), { sound: 'hello', language: 'de' }),
    },
    {
      code: 'FILE_NOT_FOUND',
      media: () => items('missing.wav', ...files('missing.wav', 'prompt.wav/more.wav', 'missing.mp3')),
    },
    { code: 'RECORDING_NOT_FOUND', media: () => items(...recordings('missing', 'missing.wav', 'no/such')) },
  ],
  'names that lead elsewhere': [
    {
      code: 'FILE_OUTSIDE_MEDIA_DIRECTORY',
      media: () => items(...NAMES_OUTSIDE, ...files(...NAMES_OUTSIDE), ...recordings(...NAMES_OUTSIDE)),
    },
    {
      code: 'INVALID_ARGUMENT',
      media: () =>
        items(
          ...files('prompt.wav\0.txt', 'x'.repeat(300), 'prompt.wav '),
          ...recordings('prompt\0', 'x'.repeat(300), '.wav'),
          { url: 'file:///etc/passwd' },
        ),
    },
  ],
  'damaged files': [
    {
      code: 'FILE_INVALID',
      media: () => items(...BAD_WAVS, ...files('header.wav', 'folder.wav'), ...recordings('header', 'text.wav')),
    },
    {
      code: 'FILE_INVALID',
      media: () => items({ buffer: Buffer.from('RIFF') }, { buffer: Buffer.from('RIFF....WAVEfmt ') }),
    },
    {
      code: 'FILE_INVALID',
      isOfStack: true,
      media: ({ server: { origin } }) =>
        items(...CUT_FILES, 'sound:damaged', { sound: 'packed' }, 'recording:cut', `${origin}/header.wav`, {
          url: `${origin}/cut.mp3`,
        }),
    },
  ],
  addresses: [
    { code: 'URL_FAILED', media: ({ server }) => items({ url: `${server.origin}/missing.wav` }) },
    {
      code: 'URL_FAILED',
      isOfStack: true,
      media: ({ server: { origin } }) =>
        items(...['fails', 'empty', 'breaks', 'round', 'away'].map((name) => `${origin}/${name}.wav`), {
          url: 'http://127.0.0.1:1/closed.wav',
        }),
    },
  ],
  text: [
    { code: 'TEXT_TOO_LONG', media: () => items(...texts(LONG_TEXT, `<speak>${LONG_TEXT}</speak>`)) },
    {
      code: 'SPEECH_FAILED',
      isOfStack: true,
      media: () => items(...texts('fail', 'nothing', 'rubbish', '<speak>good<break time="1s"/>fail</speak>')),
    },
    { code: 'SPEECH_TIMEOUT', isOfStack: true, media: () => items({ text: 'hang' }) },
  ],
  streams: [
    {
      code: 'STREAM_FAILED',
      isLateInList: true,
      media: () => [() => ({ stream: failing() }), () => ({ stream: words() })],
    },
  ],
};
