import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { optionsProblem } from '../option-names.ts';
import type { RecordingStorage } from './recording-storage.ts';

/** Where recordings are kept. */
export interface RecordingsOptions {
  /**
   * A store: of {@link localStorage}, {@link s3Storage} or your own. Default: the media directory, where recorders write. With a store
   * elsewhere a recorder still writes into the media directory, and `recordings.save()` brings the file to the store.
   */
  storage?: RecordingStorage | undefined;
}

const METHODS = ['list', 'head', 'read', 'write', 'setMetadata', 'copy', 'delete'] as const;

/** Checks the option `recordings` of a user agent; undefined for the store that there is anyway. Throws `INVALID_ARGUMENT`. */
export function checkRecordingsOptions(value: unknown): RecordingStorage | undefined {
  const problem = optionsProblem('the option recordings', value, { storage: true });
  if (problem) throw problem;
  const { storage } = value as { readonly storage?: unknown };
  if (storage === undefined) return undefined;
  const found = storage as Readonly<Record<string, unknown>> | null;
  const missing = METHODS.filter((name) => typeof found !== 'object' || typeof found?.[name] !== 'function');
  if (missing.length === 0) return storage as RecordingStorage;
  const what =
    typeof found === 'object' && found !== null ? `it lacks ${missing.join(', ')}` : `it is ${shown(storage)}`;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `recordings.storage must be made by localStorage() or s3Storage(), or have their methods; ${what}`,
  );
}
