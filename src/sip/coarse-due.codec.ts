/** What waits longer than this is in no hurry, in milliseconds. */
const LONG = 5000;
/** Grid of the coarse times, in milliseconds. */
const GRID = 64;

/**
 * When to look after something that is due at `dueAt`: a little later when it is far away, at one of few moments that it shares
 * with others. Transactions are remembered for half a minute (64·T1); without this, each would wake the process once by itself.
 */
export function coarseDue(dueAt: number, now: number): number {
  return dueAt - now < LONG ? dueAt : Math.ceil(dueAt / GRID) * GRID;
}
