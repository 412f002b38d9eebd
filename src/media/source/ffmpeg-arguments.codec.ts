import type { SampleEncoding } from '../wav/wav-format.ts';
import type { Medium } from './medium.codec.ts';

/** Samples per second of what ffmpeg gives. */
export const DECODED_RATE = 8000;

/**
 * What ffmpeg may take a file for: containers of audio, and of video with audio. Playlists and other files that only name further
 * files are not among them, so that nobody who may choose what is played can have any other file of the machine read.
 */
const FORMATS = [
  ...[
    'aac',
    'ac3',
    'aiff',
    'alaw',
    'amr',
    'amrnb',
    'amrwb',
    'ape',
    'asf',
    'au',
    'avi',
    'caf',
    'dsf',
    'dts',
    'eac3',
    'flac',
    'flv',
  ],
  ...[
    'g722',
    'g729',
    'gsm',
    'ilbc',
    'matroska',
    'webm',
    'mov',
    'mp4',
    'm4a',
    '3gp',
    '3g2',
    'mj2',
    'mp3',
    'mpc',
    'mpc8',
    'mpeg',
  ],
  ...['mpegts', 'mulaw', 'ogg', 'qcp', 'rm', 's16le', 'tta', 'voc', 'w64', 'wav', 'wv'],
].join(',');

const RAW_FORMATS: Readonly<Partial<Record<SampleEncoding, string>>> = { PCMU: 'mulaw', PCMA: 'alaw', S16: 's16le' };

/** Filter steep enough to keep 3.4 kHz as it is and everything from 4.2 kHz on out of the band. */
const RESAMPLE = `aresample=${DECODED_RATE}:filter_size=128:cutoff=0.94`;

/**
 * How ffmpeg calls its input.
 *
 * @param path - absolute path of the file; its standard input when left out
 */
export function ffmpegInput(medium: Medium, path: string | undefined): string {
  // With a protocol before it no name of a file is taken for an option or an address.
  if (path !== undefined) return `file:${path}`;
  // What comes through a pipe is kept in a file without a name as far as it has come, to seek in that.
  return medium.kind === 'other' && medium.seeks ? 'cache:pipe:0' : 'pipe:0';
}

/** Arguments with which ffmpeg writes 16-bit mono samples to its standard output, which is to be added as the last one. */
export function ffmpegArguments(medium: Medium, path: string | undefined): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'level+info'],
    ...['-protocol_whitelist', path === undefined ? 'cache,pipe' : 'file', '-format_whitelist', FORMATS],
    ...formatArguments(medium),
    ...['-vn', '-sn', '-dn', '-i', ffmpegInput(medium, path)],
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-af', RESAMPLE],
    ...['-f', 's16le', '-c:a', 'pcm_s16le', '-ar', String(DECODED_RATE), '-ac', '1'],
  ];
}

function formatArguments(medium: Medium): readonly string[] {
  if (medium.kind === 'wav') return [];
  if (medium.kind === 'other') return medium.format === undefined ? [] : ['-f', medium.format];
  return ['-f', RAW_FORMATS[medium.encoding] ?? 's16le', '-ar', String(medium.sampleRate)];
}
