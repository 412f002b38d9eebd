/**
 * A thread that does nothing but wake up. What it is late by is none of our doing: other work has had the processor, or the whole machine
 * has stood still. For the thread that has started it, it counts that in microseconds: all of it (0), the longest since that place was put
 * back to zero (1), and how often it has been awake (2).
 */
import { workerData } from 'node:worker_threads';

const STEP_MS = 5;
/** A thread is late by as much on a machine in good health. */
const USUAL_MS = 20;

const counts = workerData as Int32Array;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

for (let last = performance.now(); ; last = performance.now()) {
  Atomics.wait(never, 0, 0, STEP_MS);
  const late = performance.now() - last - STEP_MS;
  if (late > USUAL_MS) {
    Atomics.add(counts, 0, Math.round(late * 1000));
    Atomics.store(counts, 1, Math.max(Atomics.load(counts, 1), Math.round(late * 1000)));
  }
  Atomics.add(counts, 2, 1);
}
