import { ChannelError } from '../errors.ts';

/** Longest name of one file or directory on the file systems in use. */
const LONGEST_SEGMENT = 255;
/** Names that Windows gives to devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i;
const DRIVE = /^[a-z]:/i;

/**
 * Splits the name of a medium, relative to the media directory and with `/` between directories, into its segments.
 *
 * Throws `ChannelError` `FILE_OUTSIDE_MEDIA_DIRECTORY` for a name that leads out of it on any operating system, and
 * `INVALID_ARGUMENT` for one that is no file name.
 */
export function parseFileName(name: unknown): readonly string[] {
  if (typeof name !== 'string' || name === '') {
    throw new ChannelError('INVALID_ARGUMENT', 'a file name must be a string that is not empty');
  }
  if (hasControlCharacter(name)) {
    throw new ChannelError('INVALID_ARGUMENT', `${quote(name)} is no file name: it holds a control character`);
  }
  if (name.startsWith('/') || name.startsWith('\\') || DRIVE.test(name)) {
    throw outside(name, 'is absolute');
  }
  if (name.includes('\\')) {
    if (name.split(/[\\/]/).includes('..')) throw outside(name, 'leads out of the media directory');
    throw new ChannelError('INVALID_ARGUMENT', `${quote(name)} holds a backslash; write / between directories`);
  }
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 || name.endsWith('/') || name.endsWith('/.')) {
    throw new ChannelError('INVALID_ARGUMENT', `${quote(name)} names a directory, not a file`);
  }
  for (const segment of segments) checkSegment(name, segment);
  return segments;
}

function checkSegment(name: string, segment: string): void {
  if (segment === '..') throw outside(name, 'leads out of the media directory');
  // Windows cuts dots and blanks off the end of a name, so that `.. ` would become `..`.
  if (segment.endsWith('.') || segment.endsWith(' ')) {
    throw new ChannelError('INVALID_ARGUMENT', `${quote(name)}: no part of a file name may end in a dot or a blank`);
  }
  if (DEVICE.test(segment)) throw outside(name, 'names a device on Windows, not a file');
  if (segment.length > LONGEST_SEGMENT) {
    throw new ChannelError('INVALID_ARGUMENT', `a part of a file name is longer than ${LONGEST_SEGMENT} characters`);
  }
}

function hasControlCharacter(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** Such a name may come from a caller: shortened, and with nothing in it that could disturb a log. */
function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function outside(name: string, why: string): ChannelError {
  return new ChannelError(
    'FILE_OUTSIDE_MEDIA_DIRECTORY',
    `${quote(name)} ${why}; use a name relative to the media directory and inside it`,
  );
}
