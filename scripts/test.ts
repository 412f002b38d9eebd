/**
 * `npm test`: everything that a change must pass, the cheap steps first. Then there are two lanes. In one are the tests in real time, which
 * wait for sockets and audio most of the time; they are seen as they run. In the other is all that only wants to be computed, with what the
 * first one leaves of the processor; those that only read the sources run two at a time. All run even when one fails, except those that need
 * what a failed step makes. `npm test -- unit lint` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { setPriority, constants as system } from 'node:os';
import { join } from 'node:path';
import { keepAwake } from './keep-awake.ts';

const ROOT = join(import.meta.dirname, '..');
/** A step that takes longer than this hangs. */
const STEP_LIMIT = 8 * 60_000;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Works in real time, or waits for the processor as long as it takes; otherwise it comes before both, and nothing runs beside it. */
  readonly lane?: 'timed' | 'patient';
  /** Shows what it prints as it comes; otherwise only when it fails. */
  readonly live?: boolean;
  /** Makes nothing that another one looks at, so that it can run beside others of its kind. */
  readonly isReading?: boolean;
  /** Works on what this step makes. */
  readonly needs?: string;
}

const vitest = (project: string): readonly string[] => ['vitest', 'run', '--project', project];
const script = (name: string): readonly string[] => ['node', `scripts/${name}.ts`];

const STEPS: readonly Step[] = [
  { name: 'peers', command: script('peers'), live: true },
  { name: 'build', command: ['tsup'] },
  { name: 'package', command: script('check-package'), live: true, needs: 'build' },
  { name: 'consumer', command: vitest('consumer'), live: true, needs: 'build' },
  { name: 'size', command: ['size-limit'], live: true, needs: 'build' },
  { name: 'promises', lane: 'patient', command: ['eslint', '.'], isReading: true },
  { name: 'types', lane: 'patient', command: ['tsc', '-p', '.'], isReading: true },
  { name: 'lint', lane: 'patient', command: ['biome', 'ci', '.'], isReading: true },
  {
    name: 'layers',
    lane: 'patient',
    command: ['depcruise', 'src', 'examples', '--config', '.dependency-cruiser.cjs'],
    isReading: true,
    needs: 'build',
  },
  { name: 'unused', lane: 'patient', command: ['knip'], isReading: true },
  { name: 'api', lane: 'patient', command: script('api'), isReading: true, needs: 'build' },
  { name: 'unit', lane: 'patient', command: vitest('unit') },
  { name: 'fuzz', lane: 'patient', command: vitest('fuzz') },
  { name: 'contract', lane: 'patient', command: vitest('contract') },
  { name: 'network', lane: 'patient', command: vitest('network') },
  { name: 'loopback', lane: 'timed', command: vitest('loopback'), live: true },
  { name: 'integration', lane: 'timed', command: vitest('integration'), live: true, needs: 'build' },
  { name: 'interop', lane: 'timed', command: vitest('interop'), live: true, needs: 'build' },
  { name: 'examples', lane: 'timed', command: vitest('examples'), live: true, needs: 'build' },
  { name: 'demo', lane: 'timed', command: ['node', 'examples/demo.ts'], live: true, needs: 'build' },
];

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly note: string;
}

/** Files in memory, on Linux, and how many bytes have to be free there. */
const MEMORY = '/dev/shm';
const ENOUGH = 2 * 2 ** 30;

/**
 * A folder for what tests in real time write, in memory if there is room: a disk that is busy with what other programs have written may
 * make them wait for a second.
 */
async function memoryFolder(): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  if (bavail * bsize < ENOUGH) return undefined;
  const folder = await mkdtemp(join(MEMORY, 'offhook-test-'));
  const program = join(folder, 'program');
  await writeFile(program, '', { mode: 0o755 });
  try {
    // Some tests write programs and run them.
    await access(program, constants.X_OK);
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
}

/** The project's own tools first, so that this works without npm too. */
const environment = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` };

/** Runs the program of a step. @returns what went wrong, nothing when it has done its work, and what it printed, unless it was seen at once */
async function execute({ command, live, lane }: Step): Promise<{ fault?: string; output: string }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: lane === 'timed' && memory !== undefined ? { ...environment, TMPDIR: memory } : environment,
    stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  if (lane === 'patient' && child.pid !== undefined) setPriority(child.pid, system.priority.PRIORITY_LOW);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const limit = setTimeout(() => child.kill(), STEP_LIMIT);
  try {
    const [status, signal] = await once(child, 'close');
    if (status === 0) return { output };
    return { output, fault: signal === null ? `exit code ${status}` : `ended by ${signal}` };
  } catch (error) {
    return { output, fault: (error as Error).message };
  } finally {
    clearTimeout(limit);
  }
}

const outcomes: Outcome[] = [];
const line = ({ name, passed, note }: Outcome): string => `${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${note}`;

async function judge(step: Step): Promise<Outcome> {
  const { name, live, needs } = step;
  if (outcomes.some((outcome) => outcome.name === needs && !outcome.passed)) {
    return { name, passed: false, note: `not run: ${needs} failed` };
  }
  if (live) console.log(`── ${name}`);
  const begin = performance.now();
  const { fault, output } = await execute(step);
  const seconds = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  if (fault === undefined) return { name, passed: true, note: seconds };
  process.stdout.write(output);
  return { name, passed: false, note: `${seconds}, ${fault}` };
}

async function run(step: Step): Promise<void> {
  const outcome = await judge(step);
  outcomes.push(outcome);
  console.log(line(outcome));
}

/** Runs steps one after the other; those that only read the sources two at a time. */
async function runAll(steps: readonly Step[]): Promise<void> {
  const left = [...steps];
  for (let next = left.shift(); next; next = left.shift()) {
    const beside = next.isReading && left[0]?.isReading ? left.shift() : undefined;
    await Promise.all([next, ...(beside ? [beside] : [])].map(run));
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const begin = performance.now();
const memory = await memoryFolder();
const steps = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
await runAll(steps.filter(({ lane }) => lane === undefined));
{
  using _ = steps.some(({ lane }) => lane === 'timed') ? await keepAwake() : undefined;
  await Promise.all(
    (['timed', 'patient'] as const).map((wantedLane) => runAll(steps.filter(({ lane }) => lane === wantedLane))),
  );
}

if (memory !== undefined) await rm(memory, { recursive: true, force: true });

const failed = outcomes.filter(({ passed }) => !passed).length;
console.log(`\n${outcomes.map(line).join('\n')}\n`);
console.log(`all steps: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
