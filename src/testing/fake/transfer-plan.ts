import { Cause } from '../../channel/cause.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';
import { type CalleeOutcome, refusalStatus } from './callee-outcome.ts';
import type { CheckedTransfer } from './fake-referrals.ts';

/** What the far end does when the application asks it to call somebody else, in detail. */
export interface TransferPlanDetails {
  /** How the call ends up that it places: `'ANSWERED'` (the default), a cause, or a SIP status; `'TIMEOUT'`: it never says. */
  outcome?: CalleeOutcome | undefined;
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
  /** SIP status that the request itself is answered with: 202 (the default), or 400 to 699 for a refusal. */
  status?: number | undefined;
}

/** What the far end does when the application asks it to call somebody else. `'REFUSED'`: it will not (603). */
export type TransferPlan = CalleeOutcome | 'REFUSED' | TransferPlanDetails;

const DETAILS: OptionNames<TransferPlanDetails> = { after: true, outcome: true, status: true };

/** Checks a plan. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkTransferPlan(plan: TransferPlan): CheckedTransfer {
  if (plan === 'REFUSED') return { accepted: 603, outcome: undefined, after: 0 };
  const details: TransferPlanDetails = typeof plan === 'object' && plan !== null ? plan : { outcome: plan };
  const problem = optionsProblem('a plan for transfers', details, DETAILS);
  if (problem) throw problem;
  const { outcome = 'ANSWERED', after = 0, status = 202 } = details;
  checkTimeout(after, 'after');
  if (!Number.isInteger(status) || (status !== 202 && (status < 400 || status > 699))) {
    throw new ChannelError('INVALID_ARGUMENT', `a transfer is answered with 202 or 400 to 699, not ${shown(status)}`);
  }
  return { accepted: status, outcome: outcomeOf(outcome), after };
}

function outcomeOf(outcome: CalleeOutcome): number | undefined {
  if (outcome === 'ANSWERED') return 200;
  return outcome === Cause.TIMEOUT ? undefined : refusalStatus(outcome);
}
