import { ChannelError } from '../../errors.ts';
import { shown } from '../../shown.ts';
import { checkAddress } from '../dial.ts';

/**
 * Whom to call: one SIP URI, or several that are tried one after the other. Those in a list within the list are called at the same time:
 * `[['sip:a@host', 'sip:b@host'], 'sip:c@host']` calls the first two at once, and the third when neither of them has answered.
 */
export type Callees = string | readonly (string | readonly string[])[];

/** As many may be called altogether. */
const MOST_CALLEES = 100;

/**
 * Those to call, in steps: one step after the other, all of a step at once. With `isParallel` there is one step.
 * Throws `ChannelError` `INVALID_ARGUMENT`.
 */
export function stepsOf(to: unknown, isParallel: boolean): readonly (readonly string[])[] {
  const steps = (Array.isArray(to) ? to : [to]).map((step: unknown) => (Array.isArray(step) ? step : [step]));
  const all = steps.flat();
  if (all.length === 0 || all.length > MOST_CALLEES || steps.some((step) => step.length === 0)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `to must name 1 to ${MOST_CALLEES} parties, in a list with no empty list in it, not ${shown(to)}`,
    );
  }
  const checked = steps.map((step) => step.map((one) => checkAddress('to', one)));
  return isParallel ? [checked.flat()] : checked;
}
