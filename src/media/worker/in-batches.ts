import type { Clock } from '../../clock.ts';

/** What is sent to another thread, or comes from there. */
interface Message {
  readonly type: string;
  readonly call?: number;
}

/** So long a batch waits in which nothing is urgent, in milliseconds: less than what is between two packets of audio. */
const PATIENCE_MS = 10;

/**
 * Collects what is sent in one turn of the program and passes it on together. A message to another thread costs a wake-up of it,
 * whatever is in it. That a call is over is not worth one, nor how long a recording is by now: that goes with what comes next, or by itself
 * when nothing does for a moment.
 */
export function inBatches<T extends Message>(send: (batch: T[]) => void, clock: Clock): (message: T) => void {
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
    if (isUrgent(batch)) pass();
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

/** What the end of a call makes, which nobody waits for. */
const LAST = new Set(['stop', 'close', 'closed']);
/** What is told a few times a second to whoever may look at it. */
const PROGRESS = 'recording';

/** Whether anybody may wait for anything of it. */
function isUrgent(batch: readonly Message[]): boolean {
  const over = new Set<number | undefined>();
  for (const { type, call } of batch) if (type === 'close' || type === 'closed') over.add(call);
  return batch.some(({ type, call }) => type !== PROGRESS && !(LAST.has(type) && over.has(call)));
}
