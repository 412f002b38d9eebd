import { Cause, statusForCause } from '../../channel/cause.ts';
import { type Codec, checkCodecs } from '../../channel/codec.ts';
import type { OptionNames } from '../../channel/option-names.ts';
import { optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { checkTimeout, shown } from '../../operation.ts';

/** What becomes of an outbound call, in detail. */
export interface CalleePlanDetails {
  /** `'ANSWERED'` (the default), the cause that the channel shall come to, or the SIP status of the refusal. */
  outcome?: CalleeOutcome | undefined;
  /** Milliseconds until then. Default 0. */
  after?: number | undefined;
  /** Whether it rings until then (180). Default true for a call that is answered or that nobody answers, else false. */
  ring?: boolean | undefined;
  /** Reason phrase of the refusal. */
  reason?: string | undefined;
  /** Codecs of the called party. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
}

/**
 * How an outbound call ends up: `'ANSWERED'`; a SIP status from 300 to 699; or the cause that the channel shall come to: BUSY, NOANSWER
 * (it rings, and somebody says that nobody is there), TIMEOUT (it rings for ever), REJECTED and so on.
 */
export type CalleeOutcome = 'ANSWERED' | Exclude<Cause, 'NORMAL' | 'ERROR' | 'OTHER'> | number;

/** What a called party does. */
export type CalleePlan = CalleeOutcome | CalleePlanDetails;

/** A plan with nothing left open. */
export interface CheckedPlan {
  /** The status that the call is refused with; 0 when it is answered, `undefined` when nothing more comes. */
  readonly status: number | undefined;
  readonly after: number;
  readonly ring: boolean;
  readonly reason: string | undefined;
  readonly codecs: readonly Codec[] | undefined;
}

const DETAILS: OptionNames<CalleePlanDetails> = { after: true, codecs: true, outcome: true, reason: true, ring: true };

/** Checks a plan. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function checkPlan(plan: CalleePlan): CheckedPlan {
  const details: CalleePlanDetails = typeof plan === 'object' && plan !== null ? plan : { outcome: plan };
  const problem = optionsProblem('callee', details, DETAILS);
  if (problem) throw problem;
  const { outcome = 'ANSWERED', after = 0, reason, codecs } = details;
  checkTimeout(after, 'after');
  const status = outcome === 'ANSWERED' ? 0 : outcome === Cause.TIMEOUT ? undefined : refusalStatus(outcome);
  return {
    status,
    after,
    ring: details.ring ?? (status === 0 || outcome === Cause.NOANSWER || outcome === Cause.TIMEOUT),
    reason,
    codecs: codecs && checkCodecs(codecs),
  };
}

/** The SIP status that brings about a cause; a status is itself. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function refusalStatus(why: number | string): number {
  const status = typeof why === 'number' ? why : why === Cause.FAILED ? 488 : statusForCause(why);
  if (status !== undefined && Number.isInteger(status) && status >= 300 && status <= 699) return status;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `a call can be refused with a SIP status from 300 to 699 or with a cause such as 'BUSY', not with ${shown(why)}`,
  );
}
