import { Cause, statusForCause } from '../../channel/cause.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';

/**
 * How an outbound call ends up: `'ANSWERED'`; a SIP status from 300 to 699; or the cause that the channel shall come to: BUSY, NOANSWER
 * (it rings, and somebody says that nobody is there), TIMEOUT (it rings for ever), REJECTED and so on.
 */
export type CalleeOutcome = 'ANSWERED' | Exclude<Cause, 'NORMAL' | 'ERROR' | 'OTHER'> | number;

/** The SIP status that brings about a cause; a status is itself. Throws `ChannelError` `INVALID_ARGUMENT`. */
export function refusalStatus(why: number | string): number {
  const status = typeof why === 'number' ? why : why === Cause.FAILED ? 488 : statusForCause(why);
  if (status !== undefined && Number.isInteger(status) && status >= 300 && status <= 699) return status;
  throw new ChannelError(
    'INVALID_ARGUMENT',
    `a call can be refused with a SIP status from 300 to 699 or with a cause such as 'BUSY', not with ${shown(why)}`,
  );
}
