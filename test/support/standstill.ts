/**
 * Set up before every test file that works in real time. A test that has failed while the machine stood still says nothing: audio that is
 * due every 20 ms was not sent, and packets were not read. Such a failure tells for how long, and the test is repeated for that (`realTime`
 * of the configuration looks for these words). A failure on a machine that runs counts at once, and so does the second one in a row.
 */
import { beforeAll, beforeEach } from 'vitest';
import { counted, forgetLongest, longestMs, stoodMs } from './pulse.ts';

/** Less in all, or at once, is within what tests over sockets allow for. */
const LONG_MS = 100;
const LONG_AT_ONCE_MS = 40;

beforeAll(counted);

beforeEach(({ onTestFailed }) => {
  const before = stoodMs();
  forgetLongest();
  onTestFailed(async ({ task }) => {
    await counted();
    const error = task.result?.errors?.at(-1);
    const stood = stoodMs() - before;
    const longest = longestMs();
    if (!error || (stood < LONG_MS && longest < LONG_AT_ONCE_MS)) return;
    const note = `the machine stood still for ${stood.toFixed(0)} ms of this test, ${longest.toFixed(0)} ms at once`;
    error.message += `\n(${note})`;
    process.stderr.write(`failed while ${note}: ${task.name}\n`);
  });
});
