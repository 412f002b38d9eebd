import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../../errors.ts';
import type { VirtualTimers } from './virtual-timers.ts';

/** What is put in the place of the machine's time. */
export interface InstallableClock extends Clock {
  readonly timers: VirtualTimers;
}

interface Replacement {
  readonly holder: object;
  readonly name: string;
  readonly value: unknown;
}

let installed = false;

/** Puts a clock in the place of the machine's, for programs that use `setTimeout()` and `Date`. */
export function installTimers(clock: InstallableClock): Disposable {
  if (installed) {
    throw new ChannelError(
      'INVALID_STATE',
      'a test clock is installed already; dispose of it before the next install()',
    );
  }
  installed = true;
  clock.timers.areTraced = true;
  const before = replacements(clock).map(replace);
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      for (const restore of before.splice(0)) restore();
      syncBuiltinESMExports();
      installed = false;
      clock.timers.areTraced = false;
    },
  };
}

function replacements(clock: InstallableClock): readonly Replacement[] {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = clock.timers;
  const callbacks = { setTimeout, setInterval, clearTimeout, clearInterval };
  return [
    ...[globalThis, timers].flatMap((holder) =>
      Object.entries(callbacks).map(([name, value]) => ({ holder, name, value })),
    ),
    { holder: globalThis, name: 'Date', value: virtualDate(clock) },
    { holder: performance, name: 'now', value: () => clock.now() },
    { holder: timersPromises, name: 'setTimeout', value: sleepWithValue(clock.timers) },
  ];
}

function replace({ holder, name, value }: Replacement): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? true,
  });
  return () => {
    if (own) Object.defineProperty(holder, name, own);
    else delete (holder as Record<string, unknown>)[name];
  };
}

/** `setTimeout` of `node:timers/promises`, which rejects with an AbortError of its own when its signal is aborted. */
function sleepWithValue({ sleep }: VirtualTimers) {
  return async <T>(delay?: number, value?: T, options: { signal?: AbortSignal } = {}): Promise<T | undefined> => {
    const { signal } = options;
    try {
      await sleep(delay ?? 1, { signal });
    } catch (cause) {
      const error = new Error('The operation was aborted', { cause });
      throw Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
    }
    return value;
  };
}

function virtualDate(clock: Clock): DateConstructor {
  const RealDate = Date;
  return new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.wallNow()] : args, newTarget) as object,
    apply: () => new RealDate(clock.wallNow()).toString(),
    get: (target, name, receiver) => (name === 'now' ? () => clock.wallNow() : Reflect.get(target, name, receiver)),
  });
}
