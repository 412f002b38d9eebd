import type { Clock } from './clock.ts';

/** As much of a worker thread as there is to its end. */
export interface EndingThread {
  once(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

/** How long a thread may take to end by itself, in milliseconds. */
const END_MS = 1000;

/**
 * Watches for the end of a thread from its start on. What is returned asks it to end, and resolves when it has ended. A thread that is
 * cut off in what it does leaves its work half done, and faults of Node there end the whole process, so only one that hangs is.
 *
 * @param ask - tells the thread to end by itself; must do no harm when it has ended
 */
export function endingOf(thread: EndingThread, clock: Clock, ask: () => void): () => Promise<void> {
  const gone = new Promise<void>((resolve) => thread.once('exit', resolve));
  return async () => {
    // Until it goes off or is disposed of, it also keeps the program waiting for the thread.
    using _ = clock.schedule(clock.now() + END_MS, () => void thread.terminate());
    ask();
    await gone;
  };
}
