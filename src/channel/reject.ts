import { ChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, shown } from '../operation.ts';
import type { Call } from './call.ts';
import { type Cause, statusForCause } from './cause.ts';
import { gone } from './hang-up.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';
import { State } from './state.ts';

/** How to refuse a call. */
export interface RejectOptions extends Pick<OperationOptions, 'signal'> {
  /** SIP status from 400 to 699 to refuse with, in place of the one that belongs to the cause. */
  status?: number | undefined;
  /** Reason phrase for that status; the usual one by default. */
  reason?: string | undefined;
}

const OPTIONS: OptionNames<RejectOptions> = { reason: true, signal: true, status: true };
const ALLOWED = 'CALL_INCOMING, RING_INCOMING, ANSWERING or ANSWERED';

/** Refuses an inbound call, or releases an answered one. */
export function reject(
  call: Call,
  endless: Parameters<typeof runOperation>[0],
  cause: Cause,
  options: RejectOptions,
): Promise<State> {
  const refused = refuseOptions(call, 'reject()', options, OPTIONS);
  if (refused) return refused;
  const begin = runOperation(call, { signal: options.signal }, async (stop) => {
    const status = checkStatus(cause, options);
    if (call.state === State.CALL_OUTGOING || call.state === State.RING_OUTGOING)
      throw call.wrongState('reject()', ALLOWED);
    const answered = call.isUp;
    stop.finish();
    const { reason } = options;
    call.release(
      cause,
      { by: 'local', status: answered ? undefined : status, reason, text: `rejected: ${cause}` },
      { status, reason },
    );
  });
  return handled(begin.then(() => gone(call, endless, options.signal)));
}

function checkStatus(cause: Cause, { status, reason }: RejectOptions): number {
  const usual = statusForCause(cause);
  if (usual === undefined) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `a call cannot be rejected with the cause ${String(cause)}; use BUSY, NOANSWER, UNOBTAINABLE, CHANGED, OUTOFORDER, BARRED, REJECTED, NOCHANNELS or CONGESTION`,
    );
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 699)) {
    throw new ChannelError(
      'INVALID_ARGUMENT',
      `status must be a SIP failure from 400 to 699, not ${shown(status)}; redirection is not supported`,
    );
  }
  if (reason !== undefined && (typeof reason !== 'string' || /[\r\n\0]/.test(reason))) {
    throw new ChannelError('INVALID_ARGUMENT', 'reason must be a string without line breaks');
  }
  return status ?? usual;
}
