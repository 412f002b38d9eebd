import { isChannelError, isHangup } from '../../errors.ts';
import type { Journal } from './journal.ts';
import type { JournalError } from './journal-entry.ts';
import { jsonArguments, jsonValue } from './json-value.codec.ts';

/**
 * Runs a method that a program awaits, and writes down that it began and how it ended. The line about its end is there before
 * the program goes on.
 *
 * @param run - does it; is given the number of the method in the journal.
 * @param cause - why it ended, for methods that say so beside their result.
 */
export function journaled<T>(
  journal: Journal,
  method: string,
  values: readonly unknown[],
  run: (id: number) => Promise<T>,
  cause?: () => string,
): Promise<T> {
  const id = journal.nextId();
  journal.add({ kind: 'begin', id, method, arguments: jsonArguments(values) });
  const running = run(id);
  // Both ways are taken, so that forgetting the method is no unhandled rejection.
  running.then(
    (value) => {
      const result = jsonValue(value) ?? null;
      journal.add(cause ? { kind: 'done', id, method, result, cause: cause() } : { kind: 'done', id, method, result });
    },
    (error: unknown) => journal.add({ kind: 'failed', id, method, error: journalError(error) }),
  );
  return running;
}

/** As {@link journaled}, for a method that returns at once. */
export function journaledNow<T>(
  journal: Journal,
  method: string,
  values: readonly unknown[],
  run: (id: number) => T,
): T {
  const id = journal.nextId();
  journal.add({ kind: 'begin', id, method, arguments: jsonArguments(values) });
  try {
    const result = run(id);
    journal.add({ kind: 'done', id, method, result: jsonValue(result) ?? null });
    return result;
  } catch (error) {
    journal.add({ kind: 'failed', id, method, error: journalError(error) });
    throw error;
  }
}

/** An error as journals have it. */
export function journalError(error: unknown): JournalError {
  if (isChannelError(error)) return { name: 'ChannelError', code: error.code, message: error.message };
  if (isHangup(error)) return { name: 'Hangup', message: error.message };
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: typeof error, message: String(error) };
}
