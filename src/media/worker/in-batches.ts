/**
 * Collects what is sent in one turn of the program and passes it on together. A message to another thread costs a wake-up of it,
 * whatever is in it.
 */
export function inBatches<T>(send: (batch: T[]) => void): (message: T) => void {
  let batch: T[] = [];
  const flush = (): void => {
    const full = batch;
    batch = [];
    send(full);
  };
  return (message) => {
    // After all promises that are settled by then, unlike a microtask.
    if (batch.push(message) === 1) process.nextTick(flush);
  };
}
