import type { Clock } from '../../clock.ts';

/** So long a batch waits that nobody waits for, in milliseconds. */
const PATIENCE_MS = 10;
/** What is told a few times a second to whoever may look at it. */
const PROGRESS = 'recording';

/**
 * Collects what is sent in one turn of the program and passes it on together. A message to another thread costs a wake-up of it,
 * whatever is in it. How long a recording is by now is not worth one: that goes with what comes next, or by itself when nothing does for
 * a moment.
 */
export function inBatches<T extends { readonly type: string }>(
  send: (batch: T[]) => void,
  clock: Clock,
): (message: T) => void {
  let batch: T[] = [];
  let isDue = false;
  let patience: Disposable | undefined;
  const pass = (): void => {
    patience?.[Symbol.dispose]();
    patience = undefined;
    const full = batch;
    batch = [];
    send(full);
  };
  const flush = (): void => {
    isDue = false;
    if (batch.some(({ type }) => type !== PROGRESS)) pass();
    else patience ??= clock.schedule(clock.now() + PATIENCE_MS, pass);
  };
  return (message) => {
    batch.push(message);
    if (isDue) return;
    isDue = true;
    // After all promises that are settled by then, unlike a microtask.
    process.nextTick(flush);
  };
}
