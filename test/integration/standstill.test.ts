import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

let attempts = 0;

/** Stops this process with all its threads, as a machine does that has other work. */
function standStill(seconds: number): void {
  spawnSync('/bin/sh', ['-c', `(sleep ${seconds}; kill -CONT ${process.pid}) & kill -STOP ${process.pid}`], {
    stdio: 'ignore',
  });
}

it('is tried again when the machine has stood still, which is all that this one needs', () => {
  attempts += 1;
  if (attempts === 1) standStill(0.3);
  expect(attempts).toBe(2);
});
