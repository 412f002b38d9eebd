import type { SampleEncoding } from '../wav/wav-format.ts';

/** What a file seems to be, judged by its beginning and, where files have no header, by its name. */
export type Medium =
  | { readonly kind: 'wav' }
  /** Samples without any header, one channel. */
  | { readonly kind: 'raw'; readonly encoding: SampleEncoding; readonly sampleRate: number }
  /** Everything else. */
  | {
      readonly kind: 'other';
      /** What ffmpeg calls the format, for files that do not show it. */
      readonly format?: string | undefined;
      /** Whether its description may be behind the audio, so that it can only be read with seeking. */
      readonly seeks: boolean;
    };

/** Bytes of the beginning that {@link mediumOf} wants to see. */
export const HEAD_BYTES = 16;

/** Files without a header, as telephone exchanges keep them: `sln` with the thousands of its rate. */
const RAW: Readonly<Record<string, readonly [SampleEncoding, number]>> = {
  ulaw: ['PCMU', 8000],
  ul: ['PCMU', 8000],
  mulaw: ['PCMU', 8000],
  pcmu: ['PCMU', 8000],
  alaw: ['PCMA', 8000],
  al: ['PCMA', 8000],
  pcma: ['PCMA', 8000],
  sln: ['S16', 8000],
  sln12: ['S16', 12_000],
  sln16: ['S16', 16_000],
  sln24: ['S16', 24_000],
  sln32: ['S16', 32_000],
  sln44: ['S16', 44_100],
  sln48: ['S16', 48_000],
  sln96: ['S16', 96_000],
  sln192: ['S16', 192_000],
};

/** The same for what ffmpeg has to decode. */
const CODED: Readonly<Record<string, string>> = { gsm: 'gsm', g722: 'g722', g729: 'g729' };

const RIFF = ['RIFF', 'RIFX', 'RF64', 'BW64'];
/** First atoms of an MP4 or QuickTime file. */
const ATOMS = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'];

/** @param head - the first {@link HEAD_BYTES} of the file, or all that it has */
export function mediumOf(head: Uint8Array, name: string): Medium {
  // Of a file that is cut off so early the reader of WAV files says what is wrong.
  if (head.length === 0) return { kind: 'wav' };
  if (RIFF.includes(text(head, 0)) && (head.length < 12 || text(head, 8) === 'WAVE')) return { kind: 'wav' };
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const raw = Object.hasOwn(RAW, extension) ? RAW[extension] : undefined;
  if (raw) return { kind: 'raw', encoding: raw[0], sampleRate: raw[1] };
  const format = Object.hasOwn(CODED, extension) ? CODED[extension] : undefined;
  return { kind: 'other', format, seeks: ATOMS.includes(text(head, 4)) };
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
