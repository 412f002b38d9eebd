/**
 * `npm run break-laws`: proves that the laws of the contract can fail. Breaks one rule of the sources after the other in a copy of
 * them, runs the law that speaks of the rule over fake ports there, and sees that it notices. Fails when it does not, or
 * when the text to break is no longer there. `npm run break-laws -- activity` takes only the rules of the files so named.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROKEN_RULES, type BrokenRule } from './broken-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const COPIED = ['src', 'test/contract', 'test/support', 'package.json', 'tsconfig.json'];
/** A broken rule may make a test wait for ever. */
const TEST_LIMIT_MS = 2000;
const RUN_LIMIT_MS = 60_000;
const CONFIG = `export default {
  test: { include: ['test/contract/fake.test.ts'], testTimeout: ${TEST_LIMIT_MS}, hookTimeout: ${TEST_LIMIT_MS} },
};
`;

/** A pattern for this part of a name, which may begin in that of a suite. */
function patternOf(law: string): string {
  return law.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', ' (?:> )?');
}

interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The laws that fail in the copy, of those whose names this is part of; `undefined` when the run did not come to an end. */
function failing(copy: string, law = ''): readonly string[] | undefined {
  const output = join(copy, 'report.json');
  rmSync(output, { force: true });
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const options = [
    'run',
    '--config',
    'broken.config.mjs',
    '--reporter',
    'json',
    '--outputFile',
    output,
    '-t',
    patternOf(law),
  ];
  spawnSync(process.execPath, [vitest, ...options], { cwd: copy, timeout: RUN_LIMIT_MS, killSignal: 'SIGKILL' });
  let report: Report;
  try {
    report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  } catch {
    return undefined;
  }
  if (report.numTotalTests === 0) return undefined;
  const laws = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return laws.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

/** What is wrong with this proof; `undefined` when the law has noticed. */
function problem(copy: string, { file, from, to, law }: BrokenRule): string | undefined {
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  if (whole.split(from).length !== 2) return `the text is not there once: ${JSON.stringify(from)}`;
  writeFileSync(
    path,
    whole.replace(from, () => to),
  );
  const broken = failing(copy, law);
  writeFileSync(path, whole);
  if (!broken) return 'the run did not come to an end';
  const count = `${broken.length} law${broken.length === 1 ? '' : 's'}`;
  if (broken.length === 0) return 'not noticed by its law';
  console.log(`noticed  ${file.padEnd(38)} ${count.padStart(8)}  ${law}`);
  return undefined;
}

const named = process.argv.slice(2);
const rules = BROKEN_RULES.filter(({ file }) => named.length === 0 || named.some((name) => file.includes(name)));
const copy = mkdtempSync(join(tmpdir(), 'offhook-broken-'));
let problems = 0;
try {
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'broken.config.mjs'), CONFIG);
  const before = failing(copy);
  if (before?.length !== 0)
    throw new Error(`the contract does not hold as it is: ${before?.join('\n') ?? 'no report'}`);
  for (const rule of rules) {
    const wrong = problem(copy, rule);
    if (wrong === undefined) continue;
    problems++;
    console.log(`SURVIVED ${rule.file.padEnd(38)} ${rule.law}\n${wrong}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${rules.length - problems} of ${rules.length} broken rules noticed`);
process.exitCode = problems === 0 && rules.length > 0 ? 0 : 1;
