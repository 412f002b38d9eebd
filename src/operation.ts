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
  /**
   * Says that the work is done and nothing can stop it any more. For a body that takes something away which must not be lost
   * between its last step and the moment at which the caller sees the result.
   */
  finish(): void;
}

/** Longest delay of a timer of Node; a longer limit is no limit. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The one helper behind every awaitable method.
 *
 * The first reason to stop wins. The body must settle soon after `stop.signal` fires and leave nothing running; for
 * the reasons in `resolvesOn` what it resolves with is the result (a recording cut off by a hang-up is still a
 * recording), for the others the operation rejects with the reason. A call that is over comes first: every method
 * rejects with `Hangup` then, whatever its arguments. What is returned may be forgotten: it is no unhandled rejection.
 */
export function runOperation<T>(
  host: OperationHost,
  options: OperationOptions,
  body: (stop: Stop) => Promise<T>,
  resolvesOn: readonly StopReason[] = [],
): Promise<T> {
  return handled(run(host, options, body, resolvesOn));
}

async function run<T>(
  host: OperationHost,
  options: OperationOptions,
  body: (stop: Stop) => Promise<T>,
  resolvesOn: readonly StopReason[],
): Promise<T> {
  const { signal, timeout } = options;
  if (host.hangup) throw new Hangup(host.hangup);
  checkTimeout(timeout);
  checkSignal(signal);
  signal?.throwIfAborted();

  const abort = new AbortController();
  let finished = false;
  let why: { reason: StopReason; error: () => unknown } | undefined;
  const end = (reason: StopReason, error: () => unknown): void => {
    if (why || finished) return;
    why = { reason, error };
    abort.abort();
  };
  const onAbort = (): void => end('abort', () => signal?.reason);
  const stop: Stop = {
    signal: abort.signal,
    get reason() {
      return why?.reason;
    },
    finish() {
      finished = true;
    },
  };
  // By hand and not by AbortSignal.any: that one keeps an entry on a long-lived signal (nodejs/node#54614).
  signal?.addEventListener('abort', onAbort, { once: true });
  const ended = host.onEnd((info) => end('hangup', () => new Hangup(info)));
  const timer =
    timeout === undefined || timeout > LONGEST_TIMEOUT_MS
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

/** Marks a promise so that forgetting it is no unhandled rejection. Who awaits it still sees the error. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Throws unless `timeout` is a limit in milliseconds or none. `Infinity` is no limit. */
export function checkTimeout(timeout: number | undefined, name = 'timeout'): void {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `${name} must be a number of milliseconds of at least 0, not ${String(timeout)}`,
    );
  }
}

function checkSignal(signal: AbortSignal | undefined): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      'signal must be an AbortSignal, for example the one of new AbortController()',
    );
  }
}

/** A promise that settles as soon as the operation must stop, for bodies that race it. */
export function stopped(stop: Stop): Promise<void> {
  if (stop.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A host that never ends, for operations that are about a call without needing one: waiting for its end, placing it. */
export function endlessHost(clock: Clock): OperationHost {
  return { clock, hangup: undefined, onEnd: () => ({ [Symbol.dispose]: () => undefined }) };
}

/** Waits so many milliseconds, or until the operation must stop. 0 waits for nothing, `Infinity` for the stop alone. */
export function pause(clock: Clock, ms: number, stop: Stop): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = ms > LONGEST_TIMEOUT_MS ? undefined : clock.schedule(clock.now() + ms, () => done());
    const done = (): void => {
      timer?.[Symbol.dispose]();
      stop.signal.removeEventListener('abort', done);
      resolve();
    };
    if (stop.signal.aborted) done();
    else stop.signal.addEventListener('abort', done, { once: true });
  });
}
