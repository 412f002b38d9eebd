import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, pack } from '../scripts/pack-package.ts';

const ROOT = join(import.meta.dirname, '..');
const TIMELINE = /ms {2}application +caller\n/;

let home: string;
let tarball: string;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'offhook-consumer-')));
  tarball = pack(home);
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** A project as a user has it: a folder of `test/consumer` with the packed package installed. */
async function project(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(home, name);
  await cp(join(import.meta.dirname, 'consumer', name), folder, { recursive: true });
  install(tarball, folder, packages);
  return folder;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of one of our packages, or Node itself, as from a shell in the folder. */
async function run(folder: string, args: readonly string[]): Promise<Finished> {
  const env = {
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    NO_COLOR: '1',
    CI: 'true',
  };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the packed package in a project of its own', () => {
  it.each(['vitest/ivr.ts', 'vitest/ivr.test.ts', 'node-test/ivr.test.ts', 'jest/ivr.test.js'])(
    'has the %s of docs/testing.md',
    async (path) => {
      const document = await readFile(join(ROOT, 'docs/testing.md'), 'utf8');
      const text = await readFile(join(import.meta.dirname, 'consumer', path), 'utf8');
      expect(document).toContain(`\n${text}\`\`\`\n`);
    },
  );

  it('works with vitest, in JavaScript and in types', async () => {
    const folder = await project('vitest', ['vitest', 'typescript', '@types/node']);
    const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
    expect(await run(folder, [...vitest, 'ivr'])).toMatchObject({ code: 0, output: expect.stringMatching(/2 passed/) });
    const wrong = await run(folder, [...vitest, 'wrong']);
    expect(wrong).toMatchObject({ code: 1, output: expect.stringMatching(TIMELINE) });
    expect(wrong.output).toContain('expected the caller to have heard "sales.wav"');
    expect(await run(folder, ['node_modules/typescript/bin/tsc', '-p', '.'])).toEqual({ code: 0, output: '' });
  });

  it('works with node:test, and loads no network', async () => {
    const folder = await project('node-test', []);
    const passed = await run(folder, ['--test', 'ivr.test.ts', 'loads-no-network.test.ts']);
    expect(passed).toMatchObject({ code: 0, output: expect.stringMatching(/pass 3\n/) });
    const wrong = await run(folder, ['--test', 'wrong.test.ts']);
    expect(wrong).toMatchObject({ code: 1, output: expect.stringMatching(TIMELINE) });
    expect(wrong.output).toContain('the application never came to play');
  });

  it('is tested by who knows the documents alone', async () => {
    const folder = await project('newcomer', ['vitest', 'typescript', '@types/node']);
    const tests = await run(folder, ['node_modules/vitest/vitest.mjs', 'run']);
    expect(tests).toMatchObject({ code: 0, output: expect.stringMatching(/21 passed/) });
    const again = await run(folder, ['--test', 'ivr.node-test.js']);
    expect(again).toMatchObject({ code: 0, output: expect.stringMatching(/pass 8\n/) });
    expect(await run(folder, ['node_modules/typescript/bin/tsc', '-p', '.'])).toEqual({ code: 0, output: '' });
  });

  it('works with Jest', async () => {
    const folder = await project('jest', ['jest']);
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
    expect(await run(folder, [...jest, 'ivr'])).toMatchObject({ code: 0, output: expect.stringMatching(/2 passed/) });
    const wrong = await run(folder, [...jest, 'wrong']);
    expect(wrong).toMatchObject({ code: 1, output: expect.stringMatching(TIMELINE) });
    expect(wrong.output).toContain('expected the caller to have heard "sales.wav"');
  });
});
