/** Why a transfer failed, as a cause. */
import type { HangupInfo } from '../../errors.ts';
import { Cause, causeForStatus } from '../cause.ts';
import { TransferCause } from './transfer-cause.ts';

/** Causes of those who could have taken the call and would not. */
const REJECTIONS: readonly Cause[] = [Cause.BUSY, Cause.REJECTED, Cause.BARRED, Cause.NOANSWER];

/** @param stop - what ended the transfer from this side. @param end - how the call to the target ended; undefined when it did not. */
export function failureOf(
  stop: 'hangup' | 'timeout' | 'abort' | undefined,
  end: HangupInfo | undefined,
): TransferCause {
  if (stop === 'hangup') return TransferCause.HANGUP;
  if (stop === 'timeout') return TransferCause.TIMEOUT;
  if (stop === 'abort' || !end || end.by === 'local') return TransferCause.FAIL;
  const { by, status } = end;
  // Nobody has sent that: no response came in time (RFC 3261 §8.1.3.1).
  if (by === 'network') return status === 408 ? TransferCause.TIMEOUT : TransferCause.FAIL;
  if (status === undefined) return TransferCause.TARGETHANGUP;
  return refusalOf(status);
}

/** @param status - with which the target has refused the call. */
export function refusalOf(status: number): TransferCause {
  return REJECTIONS.includes(causeForStatus(status)) ? TransferCause.TARGETREJECT : TransferCause.FAIL;
}
