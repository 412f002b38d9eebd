import type { FakeParty } from './fake-call.ts';
import type { FakeCaller } from './fake-caller.ts';

const CALL = Symbol('offhook.call');

/** Lets a caller be known by its call, without showing that in snapshots and comparisons. */
export function linkCaller(caller: FakeCaller, call: FakeParty): void {
  Object.defineProperty(caller, CALL, { value: call });
}

/** The call that a value is, or the caller of which it is. */
export function callOf(value: unknown): FakeParty | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const call = 'caller' in value ? value : (value as { readonly [CALL]?: FakeParty })[CALL];
  return call && 'timeline' in call ? (call as FakeParty) : undefined;
}
