import { ChannelError } from '../../errors.ts';
import { parseFileName } from '../file-name.codec.ts';

/** What a file of a recording ends in. */
export type RecordingExtension = 'wav' | 'ogg';

const EXTENSION = /\.(wav|ogg)$/;

/** A name taken apart. */
export interface RecordingName {
  /** Without extension. */
  readonly name: string;
  /** Undefined when the name was given without one. */
  readonly extension: RecordingExtension | undefined;
}

/**
 * Takes the name of a recording apart. Throws `ChannelError` `INVALID_ARGUMENT` or `FILE_OUTSIDE_MEDIA_DIRECTORY`.
 *
 * Only `.wav` and `.ogg` are extensions: names of recordings may have dots, such as `voicemail/305/1411503204.75`.
 */
export function parseRecordingName(name: unknown): RecordingName {
  const whole = parseFileName(name).join('/');
  const extension = EXTENSION.exec(whole)?.[1] as RecordingExtension | undefined;
  if (extension === undefined) return { name: whole, extension };
  const bare = whole.slice(0, -extension.length - 1);
  if (bare === '' || bare.endsWith('/')) {
    throw new ChannelError('INVALID_ARGUMENT', `${JSON.stringify(whole)} is an extension and no name of a recording`);
  }
  return { name: bare, extension };
}

/** The names that a store may have a recording under. */
export function storedNames({ name, extension }: RecordingName): readonly string[] {
  return extension ? [`${name}.${extension}`] : [`${name}.wav`, `${name}.ogg`];
}

/** Whether a stored file is a recording. */
export function isRecordingFile(file: string): boolean {
  return EXTENSION.test(file) && !file.split('/').some((segment) => segment.startsWith('.'));
}
