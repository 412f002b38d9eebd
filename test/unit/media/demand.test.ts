import { expect, it } from 'vitest';
import { Demand } from '../../../src/media/demand.state.ts';

/** What is wanted after calls that come every `interval` milliseconds. */
function after(interval: number, calls = 20): number {
  const demand = new Demand();
  let wanted = 0;
  for (let call = 0; call < calls; call++) wanted = demand.taken(call * interval);
  return wanted;
}

it('wants ports ahead for as many calls as come in 50 ms, up to eight', () => {
  expect([1, 5, 10, 25, 50].map((interval) => after(interval))).toEqual([8, 8, 5, 2, 1]);
});

it('wants none while calls are few', () => {
  expect(after(60)).toBe(0);
  expect(after(1, 8)).toBe(0);
});

it('wants none any more when calls have become few', () => {
  const demand = new Demand();
  for (let call = 0; call < 20; call++) demand.taken(call);
  for (let call = 1; call < 8; call++) demand.taken(call * 1000);
  expect(demand.taken(8000)).toBe(0);
});
