/** What the pacemaker counts of this process; it is started once, however many test files run here. */
import { Worker } from 'node:worker_threads';
import { until } from './until.ts';

const counts = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));

// Before anybody counts the threads of a test file.
new Worker(new URL('./pacemaker.ts', import.meta.url), { workerData: counts }).unref();

const awake = (): number => Atomics.load(counts, 2);

/** For how many milliseconds in all the machine has stood still. */
export const stoodMs = (): number => Atomics.load(counts, 0) / 1000;

/** For how many milliseconds it has stood still at once, since {@link forgetLongest}. */
export const longestMs = (): number => Atomics.load(counts, 1) / 1000;

export function forgetLongest(): void {
  Atomics.store(counts, 1, 0);
}

/** Resolves when the pacemaker has counted all that has been. */
export async function counted(): Promise<void> {
  const before = awake();
  await until('the pacemaker', () => awake() > before);
}
