/** Why a callee was not reached, as values. */
import type { HangupInfo } from '../../errors.ts';
import { Cause, statusForCause } from '../cause.ts';
import type { Release } from '../signaling-port.ts';

/** How an attempt to reach somebody has failed. */
export interface CalleeFailure {
  /** Whom: the SIP URI that was called. */
  readonly to: string;
  /** Why, as `channel.cause` says it of a call out. */
  readonly cause: Cause;
  /** SIP status that it ended with, where there was one. */
  readonly status: number | undefined;
  /** Who ended it, and why. */
  readonly hangup: HangupInfo | undefined;
}

/**
 * The failure that tells most of several (RFC 3261 §16.7): one that counts everywhere (6xx), otherwise of the lowest class of statuses; of
 * those that are alike the last one.
 */
export function bestFailure(failures: readonly CalleeFailure[]): CalleeFailure | undefined {
  let best: CalleeFailure | undefined;
  for (const failure of failures) if (!best || rank(failure) <= rank(best)) best = failure;
  return best;
}

function rank(failure: CalleeFailure): number {
  const kind = Math.trunc(statusOf(failure) / 100);
  return kind === 6 ? 0 : kind;
}

/** How the caller is refused so that it hears what the callee has said. */
export function releaseFor(failure: CalleeFailure): Release {
  const { hangup } = failure;
  const status = statusOf(failure);
  const isTheirs = status === failure.status;
  return {
    status,
    reason: isTheirs ? hangup?.reason?.replace(/[\r\n\0]/gu, ' ') : undefined,
    q850: hangup?.q850,
    contacts: status < 400 ? hangup?.contacts : undefined,
  };
}

function statusOf({ status, cause, hangup }: CalleeFailure): number {
  // A challenge is for us, and says nothing to a caller who cannot see it.
  if (status === 401 || status === 407) return 403;
  // A redirection that leads nowhere.
  if (status !== undefined && status >= 300 && status < 400) return hangup?.contacts?.length ? status : 480;
  if (status !== undefined && status >= 400) return status;
  return cause === Cause.TIMEOUT ? 408 : (statusForCause(cause) ?? (cause === Cause.NORMAL ? 480 : 500));
}
