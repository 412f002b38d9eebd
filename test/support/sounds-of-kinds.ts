import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Hertz of what {@link makeSound} makes. */
export const SOUND_HERTZ = 440;

/** How ffmpeg is told to write each kind: name of the file, and arguments. */
export const KINDS = {
  mp3: ['tone.mp3', '-c:a', 'libmp3lame', '-b:a', '64k'],
  'Ogg Opus': ['tone.opus', '-c:a', 'libopus', '-b:a', '48k'],
  'Ogg Vorbis': ['tone.ogg', '-c:a', 'libvorbis'],
  FLAC: ['tone.flac', '-c:a', 'flac'],
  'AAC in MP4': ['tone.m4a', '-c:a', 'aac', '-b:a', '96k'],
  'AAC in ADTS': ['tone.aac', '-c:a', 'aac', '-b:a', '96k'],
  AIFF: ['tone.aiff', '-c:a', 'pcm_s16be'],
  'Sun audio': ['tone.au', '-c:a', 'pcm_mulaw', '-ar', '8000'],
  'Opus in WebM': ['tone.webm', '-c:a', 'libopus'],
  'Windows Media': ['tone.wma', '-c:a', 'wmav2'],
  'ADPCM in WAV': ['adpcm.wav', '-c:a', 'adpcm_ms'],
  'GSM in WAV': ['gsm.wav', '-c:a', 'libgsm_ms', '-ar', '8000'],
  'GSM without a header': ['tone.gsm', '-c:a', 'libgsm', '-ar', '8000'],
  'G.722 without a header': ['tone.g722', '-c:a', 'g722', '-ar', '16000'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type Kind = keyof typeof KINDS;

/** Makes a file of a sine of so many seconds. @returns its path */
export async function makeSound(
  directory: string,
  seconds: number,
  file: string,
  ...options: string[]
): Promise<string> {
  const path = join(directory, file);
  const sound = `sine=frequency=${SOUND_HERTZ}:duration=${seconds}:sample_rate=48000,volume=4`;
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', sound, '-ac', '1', ...options, path]);
  return path;
}

/** {@link makeSound} of one of {@link KINDS}. */
export function makeKind(directory: string, seconds: number, kind: Kind): Promise<string> {
  const [file, ...options] = KINDS[kind];
  return makeSound(directory, seconds, file, ...options);
}
