import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { parseFileName } from '../file-name.codec.ts';
import type { IfExists } from './file-store.ts';

/** Checks what becomes of a file that is there already. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkIfExists(value: unknown): IfExists {
  if (value === undefined) return 'fail';
  if (value === 'fail' || value === 'overwrite') return value;
  throw new ChannelError('INVALID_ARGUMENT', `ifExists must be 'fail' or 'overwrite', not ${shown(value)}`);
}

/**
 * The folder that a prefix names, without a `/` at its end; '' for all. Throws `ChannelError` `INVALID_ARGUMENT` or
 * `FILE_OUTSIDE_MEDIA_DIRECTORY`.
 */
export function checkPrefix(prefix: unknown): string {
  if (prefix === undefined || prefix === '') return '';
  if (typeof prefix !== 'string') {
    throw new ChannelError('INVALID_ARGUMENT', `prefix must be the name of a folder, not ${shown(prefix)}`);
  }
  return parseFileName(prefix.replace(/\/+$/, '') || '/').join('/');
}

/** Checks a flag. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkRecursive(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new ChannelError('INVALID_ARGUMENT', `recursive must be true or false, not ${shown(value)}`);
}

/** Sorts by name, by code units: the same everywhere, whatever the language of the machine. */
export function byName<Named extends { readonly name: string }>(entries: readonly Named[]): readonly Named[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** There is a file already where one was to go. */
export function fileExists(name: string, cause?: unknown): ChannelError {
  return new ChannelError(
    'FILE_EXISTS',
    `there is a file ${JSON.stringify(name)} already; take another name, or { ifExists: 'overwrite' }`,
    { cause },
  );
}
