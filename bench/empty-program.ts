/**
 * What the machine itself does to the pace of a program: a process that does nothing but wake up, beside what is measured. Pacing cannot be
 * better than that, and a figure that is as bad says nothing about the program.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const STEP_MS = 4;
const FRAME_MS = 20;

/** Wakes up on a fixed grid until it is asked how evenly that went. */
function wakeUp(): void {
  const errors: number[] = [];
  const late: number[] = [];
  const begin = performance.now();
  let due = 0;
  const wake = (): void => {
    const now = performance.now() - begin;
    late.push(now - due);
    const before = late.at(-1 - FRAME_MS / STEP_MS);
    if (before !== undefined) errors.push(Math.abs(now - due - before));
    due = Math.max(due + STEP_MS, Math.ceil(now / STEP_MS) * STEP_MS);
    setTimeout(wake, Math.max(0, due - (performance.now() - begin)));
  };
  wake();
  process.on('message', () => {
    errors.sort((one, other) => one - other);
    process.send?.(errors[Math.floor(errors.length * 0.99)] ?? Number.NaN, () => process.exit());
  });
  process.send?.('ready');
}

/** Starts an empty program. @returns what ends it, with its pacing error of 99 % of the times, in milliseconds */
export async function runEmptyProgram(): Promise<() => Promise<number>> {
  const child = fork(fileURLToPath(import.meta.url), ['--empty']);
  await once(child, 'message');
  return async () => {
    child.send('end');
    return (await once(child, 'message'))[0] as number;
  };
}

if (process.argv.includes('--empty')) wakeUp();
