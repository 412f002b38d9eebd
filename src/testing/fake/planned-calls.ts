import type { CheckedPlan } from './callee-plan.ts';
import type { CallerLine } from './caller-line.ts';
import type { FakeLeg } from './fake-leg.ts';

/** Lets outbound calls come out as planned, one plan for each in turn; the last one repeats. */
export function planCalls(line: CallerLine, plans: readonly CheckedPlan[]): void {
  let next = 0;
  line.onCall = (leg) => {
    const plan = plans[Math.min(next++, plans.length - 1)];
    if (plan) follow(leg, plan);
  };
}

function follow(leg: FakeLeg, { status, after, ring, reason, codecs }: CheckedPlan): void {
  if (ring) leg.progress(180);
  if (status === undefined) return;
  leg.after(after, () => {
    if (status === 0) leg.accept(codecs);
    else leg.refuse(status, reason);
  });
}
