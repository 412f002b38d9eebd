import type { CheckedPlan } from './callee-plan.ts';
import type { CallerLine } from './caller-line.ts';
import type { FakeLeg } from './fake-leg.ts';
import { soundOf } from './speech.ts';

/** Lets the calls that come to a line come out as planned. */
export type CallPlanner = (line: CallerLine) => void;

/** Lets outbound calls come out as planned, one plan for each in turn whoever is called; the last one repeats. */
export function plannedCalls(plans: readonly CheckedPlan[]): CallPlanner {
  let next = 0;
  return (line) => {
    line.onCall = (leg) => {
      const plan = plans[Math.min(next++, plans.length - 1)];
      if (plan) follow(line, leg, plan);
    };
  };
}

function follow(
  line: CallerLine,
  leg: FakeLeg,
  { status, after, ring, reason, codecs, redirect, sounds }: CheckedPlan,
): void {
  if (ring) leg.progress(180);
  if (status === undefined) return;
  leg.after(after, () => {
    if (redirect) {
      if (leg.redirect(redirect, status)) line.onCall(leg);
    } else if (status !== 0) leg.refuse(status, reason);
    else {
      leg.accept(codecs);
      for (const { after, speech } of sounds) leg.after(after, () => line.say(soundOf(speech)));
    }
  });
}
