import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { SippResult } from './sipp.ts';
import { scenario } from './sipp-scenario.ts';

/** Keeps scenarios of SIPp in a folder as long as the tests of a group run. @returns what writes one and tells its path. */
export function scenarioFiles(): (name: string, steps: readonly string[]) => Promise<string> {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offhook-scenarios-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return async (name, steps) => {
    const path = join(folder, `${name}.xml`);
    await writeFile(path, scenario(name, steps));
    return path;
  };
}

/** The one call of a scenario went as it says. */
export function expectAllGood({ errors, successful, failed, code }: SippResult): void {
  expect(errors).not.toMatch(/Aborting|unexpected/i);
  expect({ successful, failed, code }).toEqual({ successful: 1, failed: 0, code: 0 });
}
