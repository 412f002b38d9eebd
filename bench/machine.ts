/**
 * What the machine itself does to the pace of a program. On each processor a process of the highest priority does nothing but wake up.
 * When it is late the processor was with other machines, or with the kernel: nothing that is measured can have taken it away. Pacing cannot
 * be better than that, and a figure that is as bad says nothing about the program.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { allowedProcessors } from '../scripts/processors.ts';
import { beNicer } from '../src/thread-niceness.ts';
import { quantile } from './pacing.ts';

const STEP_MS = 1;
const FRAME_MS = 20;
/** Later than that, a processor stood still: a timer alone is late by up to one. */
const LATE_MS = 2;
const MOST_URGENT = -20;

/** What a processor did. */
interface Report {
  /** Pacing error of each packet that this program would have sent, in milliseconds. */
  readonly errors: readonly number[];
  /** From when to when it stood still, in milliseconds since 1970. */
  readonly standstills: readonly (readonly [from: number, to: number])[];
}

/** What the machine did while something was measured. */
export interface Machine {
  /** Of an empty program, as {@link Pacing}: the worst of all processors. */
  readonly p99: number;
  /** When at least one of its processors stood still, in order. */
  readonly standstills: Report['standstills'];
}

/** Wakes up on a fixed grid until it is asked how evenly that went. */
function wakeUp(): void {
  const errors: number[] = [];
  const standstills: [number, number][] = [];
  const late: number[] = [];
  const begin = performance.now();
  let due = 0;
  const wake = (): void => {
    const now = performance.now() - begin;
    late.push(now - due);
    if (now - due > LATE_MS)
      standstills.push([due, now].map((at) => performance.timeOrigin + begin + at) as [number, number]);
    const before = late.at(-1 - FRAME_MS / STEP_MS);
    if (before !== undefined) errors.push(Math.abs(now - due - before));
    due = Math.max(due + STEP_MS, Math.ceil(now / STEP_MS) * STEP_MS);
    setTimeout(wake, Math.max(0, due - (performance.now() - begin)));
  };
  wake();
  process.once('disconnect', () => process.exit());
  process.on('message', () => process.send?.({ errors, standstills } satisfies Report, () => process.exit()));
  process.send?.('ready');
}

async function startOn(processor: number): Promise<ChildProcess> {
  const program = [process.execPath, fileURLToPath(import.meta.url), '--processor'];
  const child = spawn('taskset', ['-c', String(processor), ...program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

async function report(child: ChildProcess): Promise<Report> {
  child.send('end');
  return (await once(child, 'message'))[0] as Report;
}

/** Begins to look at the machine. @returns what ends that, and tells what was seen */
export async function watchMachine(): Promise<() => Promise<Machine>> {
  const children = await Promise.all((await allowedProcessors()).map(startOn));
  return async () => {
    const reports = await Promise.all(children.map(report));
    return {
      p99: Math.max(
        ...reports.map(({ errors }) =>
          quantile(
            errors.toSorted((one, other) => one - other),
            0.99,
          ),
        ),
      ),
      standstills: reports.flatMap(({ standstills }) => standstills).sort(([one], [other]) => one - other),
    };
  };
}

if (process.argv.includes('--processor')) {
  beNicer(MOST_URGENT);
  wakeUp();
}
