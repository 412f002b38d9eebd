import { setImmediate } from 'node:timers';

// Taken once: a test may put another one in its place later.
const immediately = setImmediate;

/** Lets everything happen that needs no time. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => immediately(resolve));
}
