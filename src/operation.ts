import type { Clock } from './clock.ts';
import { ChannelError, Hangup, type HangupInfo } from './errors.ts';
import { shown } from './shown.ts';

export { shown } from './shown.ts';

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
  /** How many methods were refused because it had ended. */
  refused?: number;
  /** Calls back once, when the call ends. */
  onEnd(run: (info: HangupInfo) => void): Disposable;
}

export type StopReason = 'hangup' | 'timeout' | 'abort';

/**
 * Given to the body of an operation: tells it to stop, and why. Lighter than an AbortSignal, which makes an exception with a stack
 * and an event for each abort: one method a call is stopped by the hang-up at least.
 */
export class Stop {
  readonly #listeners = new Set<() => void>();
  #reason: StopReason | undefined;
  #finished = false;

  /** Undefined while the operation may go on. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Calls `run` once, as soon as the operation must stop: at once if it must already. Disposing takes it off. */
  onStop(run: () => void): Disposable {
    if (this.#reason) run();
    else this.#listeners.add(run);
    return { [Symbol.dispose]: () => void this.#listeners.delete(run) };
  }

  /**
   * Says that the work is done and nothing can stop it any more. For a body that takes something away which must not be lost
   * between its last step and the moment at which the caller sees the result.
   */
  finish(): void {
    this.#finished = true;
  }

  /** True for the first reason, unless the work is finished. */
  begin(reason: StopReason): boolean {
    if (this.#reason || this.#finished) return false;
    this.#reason = reason;
    for (const run of [...this.#listeners]) run();
    this.#listeners.clear();
    return true;
  }
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
  if (host.hangup) return refuse(host, host.hangup);
  checkTimeout(timeout);
  checkSignal(signal);
  signal?.throwIfAborted();

  const stop = new Stop();
  let errorOf: (() => unknown) | undefined;
  const end = (reason: StopReason, error: () => unknown): void => {
    if (stop.begin(reason)) errorOf = error;
  };
  const onAbort = (): void => end('abort', () => signal?.reason);
  // By hand and not by AbortSignal.any: that one keeps an entry on a long-lived signal (nodejs/node#54614).
  signal?.addEventListener('abort', onAbort, { once: true });
  const ended = host.onEnd((info) => end('hangup', () => hangupOf(info)));
  const timer =
    timeout === undefined || timeout > LONGEST_TIMEOUT_MS
      ? undefined
      : host.clock.schedule(host.clock.now() + timeout, () =>
          end('timeout', () => new ChannelError('TIMEOUT', `not done after ${timeout} ms`)),
        );
  const mustThrow = (): boolean => stop.reason !== undefined && !resolvesOn.includes(stop.reason);
  let result: T;
  try {
    result = await body(stop);
  } catch (error) {
    throw mustThrow() ? errorOf?.() : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    ended[Symbol.dispose]();
    timer?.[Symbol.dispose]();
  }
  if (mustThrow()) throw errorOf?.();
  return result;
}

/** So many methods on a call that is over are a program that swallows `Hangup` and tries again and again. */
const MANY_REFUSED = 1000;

/**
 * Rejects at once, as long as the program may notice. Beyond that each takes a millisecond: a loop without end would let nothing
 * else in the process have its turn, no other call and no timer.
 */
async function refuse(host: OperationHost, info: HangupInfo): Promise<never> {
  host.refused = (host.refused ?? 0) + 1;
  if (host.refused > MANY_REFUSED) {
    await new Promise<void>((resolve) => host.clock.schedule(host.clock.now() + 1, resolve));
  }
  throw new Hangup(info);
}

/**
 * A `Hangup` for an operation that was under way. Its stack would show this file and nothing of the program, which has long
 * returned to the event loop, and taking it costs more than all the rest of ending an operation.
 */
function hangupOf(info: HangupInfo): Hangup {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new Hangup(info);
  } finally {
    Error.stackTraceLimit = limit;
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
      `${name} must be a number of milliseconds of at least 0, not ${shown(timeout)}`,
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
  return new Promise((resolve) => void stop.onStop(resolve));
}

/** A host that never ends, for operations that are about a call without needing one: waiting for its end, placing it. */
export function endlessHost(clock: Clock): OperationHost {
  return { clock, hangup: undefined, onEnd: () => ({ [Symbol.dispose]: () => undefined }) };
}

/** Waits so many milliseconds, or until the operation must stop. 0 waits for nothing, `Infinity` for the stop alone. */
export function pause(clock: Clock, ms: number, stop: Stop): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer =
      ms > LONGEST_TIMEOUT_MS
        ? undefined
        : clock.schedule(clock.now() + ms, () => {
            stopping[Symbol.dispose]();
            stop.finish();
            resolve();
          });
    const stopping = stop.onStop(() => {
      timer?.[Symbol.dispose]();
      resolve();
    });
  });
}
