import type { Clock } from './clock.ts';
import { ChannelError, Hangup, type HangupInfo } from './errors.ts';

/** What every awaitable takes. */
export interface OperationOptions {
  /** Aborting rejects the method with `signal.reason`, untouched. */
  signal?: AbortSignal | undefined;
  /** Limit in milliseconds; none by default. What passing it means is said at each method. */
  timeout?: number | undefined;
}

/** What an operation belongs to: a call, or something with the same kind of end. */
export interface OperationHost {
  readonly clock: Clock;
  /** Why the call has ended, or `undefined` while it has not. */
  readonly hangup: HangupInfo | undefined;
  /** Calls back once, when the call ends. */
  onEnd(run: (info: HangupInfo) => void): Disposable;
}

export type StopReason = 'hangup' | 'timeout' | 'abort';

/** Given to the body of an operation: tells it to stop, and why. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Undefined while the operation may go on. */
  readonly reason: StopReason | undefined;
}

/**
 * The one helper behind every awaitable method.
 *
 * The first reason to stop wins. The body must settle soon after `stop.signal` fires and leave nothing running; for
 * the reasons in `resolvesOn` what it resolves with is the result (a recording cut off by a hang-up is still a
 * recording), for the others the operation rejects with the reason.
 */
export async function runOperation<T>(
  host: OperationHost,
  options: OperationOptions,
  body: (stop: Stop) => Promise<T>,
  resolvesOn: readonly StopReason[] = [],
): Promise<T> {
  const { signal, timeout } = options;
  checkTimeout(timeout);
  signal?.throwIfAborted();
  if (host.hangup) throw new Hangup(host.hangup);

  const abort = new AbortController();
  let why: { reason: StopReason; error: () => unknown } | undefined;
  const end = (reason: StopReason, error: () => unknown): void => {
    if (why) return;
    why = { reason, error };
    abort.abort();
  };
  const onAbort = (): void => end('abort', () => signal?.reason);
  const stop: Stop = {
    signal: abort.signal,
    get reason() {
      return why?.reason;
    },
  };
  // By hand and not by AbortSignal.any: that one keeps an entry on a long-lived signal (nodejs/node#54614).
  signal?.addEventListener('abort', onAbort, { once: true });
  const ended = host.onEnd((info) => end('hangup', () => new Hangup(info)));
  const timer =
    timeout === undefined
      ? undefined
      : host.clock.schedule(host.clock.now() + timeout, () =>
          end('timeout', () => new ChannelError('TIMEOUT', `not done after ${timeout} ms`)),
        );
  const reasonToThrow = (): { error: unknown } | undefined =>
    why && !resolvesOn.includes(why.reason) ? { error: why.error() } : undefined;
  try {
    const result = await body(stop);
    const stopped = reasonToThrow();
    if (stopped) throw stopped.error;
    return result;
  } catch (error) {
    throw (reasonToThrow() ?? { error }).error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    ended[Symbol.dispose]();
    timer?.[Symbol.dispose]();
  }
}

/** Throws unless `timeout` is a limit in milliseconds or none. */
export function checkTimeout(timeout: number | undefined, name = 'timeout'): void {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${name} must be a number of milliseconds of at least 0, not ${String(timeout)}`,
    );
  }
}

/** A promise that settles as soon as the operation must stop, for bodies that race it. */
export function stopped(stop: Stop): Promise<void> {
  if (stop.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
}
