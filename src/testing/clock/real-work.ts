import { setImmediate } from 'node:timers';
import type { AwaitDisk } from '../../disk.ts';
import type { TestClock } from './test-clock.ts';

/**
 * Awaits work of the real world, which takes no virtual time. However long each piece takes, what follows from it happens in the
 * order in which the pieces were begun, one after the other: so that a test goes the same way every time.
 */
export function realWork(clock: TestClock): AwaitDisk {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const before = last;
    const turn = clock.during(Promise.allSettled([before, work]));
    last = turn.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    return turn.then(() => work);
  };
}
