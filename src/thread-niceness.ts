import { getPriority, setPriority } from 'node:os';

/** Bounds of nice(2). */
const MOST = 19;
const LEAST = -20;

/**
 * Makes the calling thread, which must not be that of the program, count less than the others when there is too much to do, or more: as
 * many steps of nice(2). To count more is for the privileged (root, `CAP_SYS_NICE`, a limit on niceness that allows it); for all others
 * nothing changes. Only on Linux a thread has a niceness of its own, so elsewhere nothing happens.
 */
export function beNicer(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.max(LEAST, Math.min(MOST, getPriority() + by)));
  } catch {
    // Not allowed: the thread goes on as it is.
  }
}
