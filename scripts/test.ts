/**
 * `npm test`: everything that a change must pass, the cheap steps first. Steps that only read the sources run two at a time, all others one
 * after the other. All run even when one fails, except those that need what a failed step makes. `npm test -- unit lint` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { keepAwake } from './keep-awake.ts';

const ROOT = join(import.meta.dirname, '..');
/** A step that takes longer than this hangs. */
const STEP_LIMIT = 8 * 60_000;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Shows what it prints as it comes; otherwise only when it fails. */
  readonly live?: boolean;
  /** Makes nothing that another one looks at, so that it can run beside others of its kind. */
  readonly isReading?: boolean;
  /** Works in real time. */
  readonly isTimed?: boolean;
  /** Works on what this step makes. */
  readonly needs?: string;
}

const vitest = (project: string): readonly string[] => ['vitest', 'run', '--project', project];
const script = (name: string): readonly string[] => ['node', `scripts/${name}.ts`];

const STEPS: readonly Step[] = [
  { name: 'peers', command: script('peers'), live: true },
  { name: 'build', command: ['tsup'] },
  { name: 'promises', command: ['eslint', '.'], isReading: true },
  { name: 'types', command: ['tsc', '-p', '.'], isReading: true },
  { name: 'lint', command: ['biome', 'ci', '.'], isReading: true },
  {
    name: 'layers',
    command: ['depcruise', 'src', 'examples', '--config', '.dependency-cruiser.cjs'],
    isReading: true,
    needs: 'build',
  },
  { name: 'unused', command: ['knip'], isReading: true },
  { name: 'api', command: script('api'), isReading: true, needs: 'build' },
  { name: 'package', command: script('check-package'), live: true, needs: 'build' },
  { name: 'consumer', command: vitest('consumer'), live: true, needs: 'build' },
  { name: 'size', command: ['size-limit'], live: true, needs: 'build' },
  { name: 'unit', command: vitest('unit'), live: true },
  { name: 'fuzz', command: vitest('fuzz'), live: true },
  { name: 'examples', command: vitest('examples'), live: true, isTimed: true, needs: 'build' },
  { name: 'contract', command: vitest('contract'), live: true },
  { name: 'loopback', command: vitest('loopback'), live: true, isTimed: true },
  { name: 'network', command: vitest('network'), live: true },
  { name: 'integration', command: vitest('integration'), live: true, isTimed: true, needs: 'build' },
  { name: 'interop', command: vitest('interop'), live: true, isTimed: true, needs: 'build' },
  { name: 'demo', command: ['node', 'examples/demo.ts'], live: true, isTimed: true, needs: 'build' },
];

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly note: string;
}

/** The project's own tools first, so that this works without npm too. */
const environment = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` };

/** Runs a program. @returns what went wrong, nothing when it has done its work, and what it printed, unless it was seen at once */
async function execute(
  [program = '', ...args]: readonly string[],
  live: boolean,
): Promise<{ fault?: string; output: string }> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: environment,
    stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
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

async function run(
  { name, command, live = false, isTimed = false, needs }: Step,
  done: readonly Outcome[],
): Promise<Outcome> {
  if (done.some((outcome) => outcome.name === needs && !outcome.passed)) {
    return { name, passed: false, note: `not run: ${needs} failed` };
  }
  if (live) console.log(`── ${name}`);
  using _ = isTimed ? await keepAwake() : undefined;
  const begin = performance.now();
  const { fault, output } = await execute(command, live);
  const seconds = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  if (fault === undefined) return { name, passed: true, note: seconds };
  process.stdout.write(output);
  return { name, passed: false, note: `${seconds}, ${fault}` };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const begin = performance.now();
const outcomes: Outcome[] = [];
const line = ({ name, passed, note }: Outcome): string => `${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${note}`;
const steps = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (let next = steps.shift(); next; next = steps.shift()) {
  // What only reads the sources runs two at a time.
  const beside = next.isReading && steps[0]?.isReading ? steps.shift() : undefined;
  const finished = await Promise.all([next, ...(beside ? [beside] : [])].map((step) => run(step, outcomes)));
  outcomes.push(...finished);
  for (const outcome of finished) console.log(line(outcome));
}

const failed = outcomes.filter(({ passed }) => !passed).length;
console.log(`\n${outcomes.map(line).join('\n')}\n`);
console.log(`all steps: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
