import type { ChannelError } from '../../errors.ts';
import { toPlainError } from './plain-error.ts';
import type { TaskOutcome } from './protocol.ts';

/** The end of a playing of which nothing was heard. */
export const NOTHING_PLAYED = { reason: 'error', playedMs: 0, positionMs: 0, heardMs: 0 } as const;

/** Outcome of a task of whatever kind that could not be begun. */
export function refusedOutcome(error: ChannelError): TaskOutcome {
  const nothing = { ...NOTHING_PLAYED, durationMs: 0, bytes: 0, audioDetected: false };
  return { ...nothing, error: toPlainError(error) };
}
