/**
 * `npm test`: everything that a change must pass, one step after the other, cheap ones first. All steps run even when one
 * fails, except those that need what a failed step makes. `npm test -- unit lint` runs only the steps named.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** A step that takes longer than this hangs. */
const STEP_LIMIT = 8 * 60_000;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Shows what it prints as it comes; otherwise only when it fails. */
  readonly live?: boolean;
  /** Works on what this step makes. */
  readonly needs?: string;
}

const vitest = (project: string): readonly string[] => ['vitest', 'run', '--project', project];
const script = (name: string): readonly string[] => ['node', `scripts/${name}.ts`];

const STEPS: readonly Step[] = [
  { name: 'peers', command: script('peers'), live: true },
  { name: 'build', command: ['tsup'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['biome', 'ci', '.'] },
  { name: 'promises', command: ['eslint', '.'] },
  { name: 'layers', command: ['depcruise', 'src', 'examples', '--config', '.dependency-cruiser.cjs'], needs: 'build' },
  { name: 'unused', command: ['knip'] },
  { name: 'api', command: script('api'), needs: 'build' },
  { name: 'package', command: script('check-package'), live: true, needs: 'build' },
  { name: 'consumer', command: vitest('consumer'), live: true, needs: 'build' },
  { name: 'size', command: ['size-limit'], live: true, needs: 'build' },
  { name: 'unit', command: vitest('unit'), live: true },
  { name: 'fuzz', command: vitest('fuzz'), live: true },
  { name: 'examples', command: vitest('examples'), live: true, needs: 'build' },
  { name: 'contract', command: vitest('contract'), live: true },
  { name: 'integration', command: vitest('integration'), live: true, needs: 'build' },
  { name: 'interop', command: vitest('interop'), live: true, needs: 'build' },
  { name: 'demo', command: ['node', 'examples/demo.ts'], live: true, needs: 'build' },
];

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly note: string;
}

/** The project's own tools first, so that this works without npm too. */
const environment = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` };

function run({ name, command, live = false, needs }: Step, done: readonly Outcome[]): Outcome {
  if (done.some((outcome) => outcome.name === needs && !outcome.passed)) {
    return { name, passed: false, note: `not run: ${needs} failed` };
  }
  const [program = '', ...args] = command;
  if (live) console.log(`── ${name}`);
  const begin = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    env: environment,
    encoding: 'utf8',
    stdio: live ? 'inherit' : 'pipe',
    timeout: STEP_LIMIT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  if (status === 0) return { name, passed: true, note: seconds };
  if (!live) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}`);
  return { name, passed: false, note: `${seconds}${error ? `, ${error.message}` : ''}` };
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
for (const step of STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const outcome = run(step, outcomes);
  outcomes.push(outcome);
  console.log(line(outcome));
}

const failed = outcomes.filter(({ passed }) => !passed).length;
console.log(`\n${outcomes.map(line).join('\n')}\n`);
console.log(`all steps: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
