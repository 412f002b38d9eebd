import type { ChildProcess } from 'node:child_process';
import { expect, onTestFinished } from 'vitest';

/** Ends a program with the test that has started it, if it is one: a test that has run out of time ends nothing itself. */
export function endWithTest(program: ChildProcess): void {
  if (expect.getState().currentTestName === undefined) return;
  onTestFinished(() => void program.kill('SIGKILL'));
}
