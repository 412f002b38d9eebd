import { expect, it } from 'vitest';
import { realWork } from '../../../../src/testing/clock/real-work.ts';
import { TestClock } from '../../../../src/testing/clock/test-clock.ts';

/** Work that ends when the test says so. */
function work(): { readonly done: Promise<string>; end(value: string): void; fail(error: Error): void } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { done: promise, end: resolve, fail: reject };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('keeps time from passing until real work is done and what follows from it has happened', async () => {
  const clock = new TestClock();
  const awaitWork = realWork(clock);
  const told: string[] = [];
  const reading = work();
  clock.schedule(5, () => told.push('due'));
  const followed = (async () => {
    told.push(await awaitWork(reading.done));
    for (let step = 0; step < 20; step++) await Promise.resolve();
    told.push('followed');
  })();
  for (let turns = 0; turns < 10; turns++) await turn();
  expect([clock.now(), told]).toEqual([0, []]);
  reading.end('read');
  await followed;
  await clock.runUntilIdle();
  expect([clock.now(), told]).toEqual([5, ['read', 'followed', 'due']]);
});

it('gives results out in the order in which the work was begun, however long each takes', async () => {
  const awaitWork = realWork(new TestClock());
  const told: string[] = [];
  const works = [work(), work(), work()];
  const all = works.map(async ({ done }) => told.push(await awaitWork(done).catch((error: Error) => error.message)));
  works[2]?.end('third');
  await turn();
  works[1]?.fail(new Error('second failed'));
  await turn();
  expect(told).toEqual([]);
  works[0]?.end('first');
  await Promise.all(all);
  expect(told).toEqual(['first', 'second failed', 'third']);
});
