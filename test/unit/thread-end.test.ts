import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { endingOf } from '../../src/thread-end.ts';
import { VirtualClock } from '../../src/virtual-clock.ts';

const OBEDIENT = `const { parentPort } = require('node:worker_threads');
  parentPort.once('message', () => undefined);
  parentPort.postMessage('here');`;
const HANGING = `require('node:worker_threads').parentPort.postMessage('here');
  for (;;);`;

interface Thread {
  readonly worker: Worker;
  /** 0 when it ended by itself, 1 when it was cut off. */
  readonly code: Promise<unknown>;
}

function start(program: string): Thread {
  const worker = new Worker(program, { eval: true });
  return { worker, code: once(worker, 'exit').then(([code]) => code) };
}

it('waits for a thread that ends by itself, and leaves no timer', async () => {
  const clock = new VirtualClock();
  const { worker, code } = start(OBEDIENT);
  await once(worker, 'message');
  const end = endingOf(worker, clock, () => worker.postMessage('end'));
  expect(clock.pending).toBe(0);
  const ended = end();
  clock.advance(999);
  await ended;
  expect({ code: await code, thread: worker.threadId, timers: clock.pending }).toEqual({
    code: 0,
    thread: -1,
    timers: 0,
  });
});

it('cuts a thread off that has not ended after a second', async () => {
  const clock = new VirtualClock();
  const { worker, code } = start(HANGING);
  await once(worker, 'message');
  const ended = endingOf(worker, clock, () => worker.postMessage('end'))();
  clock.advance(1000);
  await ended;
  expect({ code: await code, timers: clock.pending }).toEqual({ code: 1, timers: 0 });
});

it('has nothing to wait for when the thread has ended before', async () => {
  const clock = new VirtualClock();
  const { worker, code } = start('');
  const end = endingOf(worker, clock, () => worker.postMessage('end'));
  expect(await code).toBe(0);
  await Promise.all([end(), end()]);
  expect(clock.pending).toBe(0);
});
