import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RunningTime } from './running-time.ts';

const STOPPED_MS = 300;
/** What one step may count, and rounding. */
const STEP_MS = 6;

const PROGRAM = `
  import { once } from 'node:events';
  import { RunningTime } from ${JSON.stringify(new URL('./running-time.ts', import.meta.url))};
  using running = new RunningTime();
  using watch = running.watch();
  const from = performance.now();
  console.log('ready');
  await once(process.stdin, 'data');
  console.log(JSON.stringify({ counted: watch.elapsed(), passed: performance.now() - from }));
  process.stdin.destroy();
`;

it('does not count what passes while a process stands still', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  child.kill('SIGSTOP');
  await pause(STOPPED_MS);
  child.kill('SIGCONT');
  child.stdin.write('now\n');
  const { counted, passed } = JSON.parse((await lines.next()).value ?? '') as { counted: number; passed: number };
  expect(passed).toBeGreaterThanOrEqual(STOPPED_MS);
  expect(counted).toBeLessThanOrEqual(passed - STOPPED_MS + STEP_MS);
});

it('counts what its thread computes, however long that takes', () => {
  using running = new RunningTime();
  using watch = running.watch();
  const cpu = (): number => process.threadCpuUsage().user / 1000;
  const from = cpu();
  while (cpu() - from < 100);
  expect(watch.elapsed()).toBeGreaterThanOrEqual(100);
});

it('counts a wait for something else than the processor', async () => {
  using running = new RunningTime();
  using watch = running.watch();
  // At least a millisecond of each step counts.
  for (let waited = 0; waited < 100; waited = watch.elapsed()) await pause(1);
  expect(watch.elapsed()).toBeGreaterThanOrEqual(100);
});
