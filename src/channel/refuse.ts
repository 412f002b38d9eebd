import { handled } from '../operation.ts';
import type { Call } from './call.ts';
import { refusalFor } from './call-media.ts';

/**
 * Refuses an inbound call that turned out to be impossible (no common codec, no ports), once the operation that found out has
 * failed with that error: nothing half-done stays behind.
 */
export function refuseIfImpossible<T>(call: Call, operation: Promise<T>): Promise<T> {
  return handled(
    operation.catch((error: unknown) => {
      if (call.media.isFatal(error)) {
        const { status, cause } = refusalFor(error);
        const text = error instanceof Error ? error.message : undefined;
        call.release(cause, { by: 'local', status, text }, { status });
      }
      throw error;
    }),
  );
}
