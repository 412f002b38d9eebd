/** How the two ends of a call within the process see its end. */
import type { HangupInfo } from '../../errors.ts';
import type { Release } from '../signaling-port.ts';

/** What a call is refused with when the program does not say: it is declined (RFC 3261 §21.6.2). */
const DECLINED = 603;

/** The status of a refusal: what the program wants, if that is one. */
export function finalStatus(wanted: number = DECLINED): number {
  return wanted >= 300 && wanted <= 699 ? wanted : DECLINED;
}

/** @param status - with which a call was refused; undefined for one that was given up or hung up. */
export function endSeenBy(by: 'local' | 'remote', release: Release, status: number | undefined): HangupInfo {
  const { reason, q850 } = release;
  if (by === 'local') return { by, status, reason, q850, text: release.text };
  // A text goes with a Q.850 cause, as in a Reason header field (RFC 3326); without one it is this side's own.
  const said = q850 === undefined ? undefined : (release.text ?? reason);
  const contacts = status !== undefined && status < 400 ? release.contacts : undefined;
  const usual =
    status === undefined ? 'the far end hung up' : `the far end answered ${status} ${reason ?? ''}`.trimEnd();
  return { by, status, reason: status === undefined ? said : reason, q850, contacts, text: said ?? usual };
}
